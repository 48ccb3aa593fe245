-- SPDX-License-Identifier: MIT

-- The tables of a VOS3000 database that a console reads, as a 2.1.9 host has them, and the accounts that read them.
-- Ids are given by the product, not by the database. Times are epoch milliseconds. In e_cdr flowno is the stop time
-- in epoch milliseconds times 1000 plus 0..999, so that it grows with time whoever writes the row.

CREATE DATABASE vos3000 DEFAULT CHARACTER SET utf8mb3 COLLATE utf8mb3_bin;
CREATE DATABASE vos3000_hidden DEFAULT CHARACTER SET utf8mb3 COLLATE utf8mb3_bin;
USE vos3000;
SET default_storage_engine = MyISAM;

CREATE TABLE e_cdr (
  id int(11) NOT NULL DEFAULT 0,
  callere164 varchar(64) DEFAULT NULL,
  calleraccesse164 varchar(64) DEFAULT NULL,
  calleee164 varchar(64) DEFAULT NULL,
  calleeaccesse164 varchar(64) DEFAULT NULL,
  callerip varchar(64) DEFAULT NULL,
  callerrtpip varchar(64) DEFAULT NULL,
  callercodec varchar(64) DEFAULT NULL,
  callergatewayid varchar(64) DEFAULT NULL,
  callerproductid varchar(64) DEFAULT NULL,
  callertogatewaye164 varchar(64) DEFAULT NULL,
  callertype int(11) DEFAULT NULL,
  calleeip varchar(64) DEFAULT NULL,
  calleertpip varchar(64) DEFAULT NULL,
  calleecodec varchar(64) DEFAULT NULL,
  calleegatewayid varchar(64) DEFAULT NULL,
  calleeproductid varchar(64) DEFAULT NULL,
  calleetogatewaye164 varchar(64) DEFAULT NULL,
  calleetype int(11) DEFAULT NULL,
  billingmode int(11) DEFAULT NULL,
  billingtype int(11) DEFAULT NULL,
  calllevel int(11) DEFAULT NULL,
  agentfeetime int(11) DEFAULT NULL,
  starttime bigint(20) DEFAULT NULL,
  stoptime bigint(20) DEFAULT NULL,
  callerpdd int(11) DEFAULT NULL,
  calleepdd int(11) DEFAULT NULL,
  holdtime int(11) DEFAULT NULL,
  callerareacode varchar(64) DEFAULT NULL,
  feetime int(11) DEFAULT NULL,
  fee double DEFAULT NULL,
  tax double DEFAULT NULL,
  suitefee double DEFAULT NULL,
  suitefeetime int(11) DEFAULT NULL,
  incomefee double DEFAULT NULL,
  incometax double DEFAULT NULL,
  customeraccount varchar(255) DEFAULT NULL,
  customername varchar(255) DEFAULT NULL,
  calleeareacode varchar(64) DEFAULT NULL,
  agentfee double DEFAULT NULL,
  agenttax double DEFAULT NULL,
  agentsuitefee double DEFAULT NULL,
  agentsuitefeetime int(11) DEFAULT NULL,
  agentaccount varchar(255) DEFAULT NULL,
  agentname varchar(255) DEFAULT NULL,
  flowno bigint(20) NOT NULL,
  softswitchname varchar(64) DEFAULT NULL,
  softswitchcallid bigint(20) DEFAULT NULL,
  callercallid varchar(255) DEFAULT NULL,
  calleroriginalcallid varchar(255) DEFAULT NULL,
  calleroriginalinfo varchar(255) DEFAULT NULL,
  calleecallid varchar(255) DEFAULT NULL,
  rtpforward int(11) DEFAULT NULL,
  enddirection int(11) DEFAULT NULL,
  endreason int(11) DEFAULT NULL,
  sipreasonheader varchar(64) DEFAULT NULL,
  recordstarttime bigint(20) DEFAULT NULL,
  transactionid varchar(64) DEFAULT NULL,
  flownofirst bigint(20) DEFAULT NULL,
  cdrlevel int(11) DEFAULT NULL,
  agentcdr_id int(11) DEFAULT NULL,
  additional blob DEFAULT NULL,
  dynamicValue longtext DEFAULT NULL,
  PRIMARY KEY (flowno),
  KEY callere164 (callere164),
  KEY callergatewayid (callergatewayid),
  KEY starttime (starttime),
  KEY stoptime (stoptime),
  KEY customeraccount (customeraccount)
);

CREATE TABLE e_customer (
  id int(11) NOT NULL,
  account varchar(255) DEFAULT NULL,
  name varchar(255) DEFAULT NULL,
  password varchar(64) DEFAULT NULL,
  type int(11) DEFAULT NULL,
  money double DEFAULT NULL,
  limitmoney double DEFAULT NULL,
  todayconsumption double DEFAULT NULL,
  locktype int(11) DEFAULT NULL,
  status int(11) DEFAULT NULL,
  starttime bigint(20) DEFAULT NULL,
  lastupdatetime bigint(20) DEFAULT NULL,
  validtime bigint(20) DEFAULT NULL,
  customer_id int(11) DEFAULT NULL,
  feerategroup_id int(11) DEFAULT NULL,
  feerategroupprivate_id int(11) DEFAULT NULL,
  calendar_id int(11) DEFAULT NULL,
  bitsofconfig int(11) DEFAULT NULL,
  memo varchar(255) DEFAULT NULL,
  phonebookserialid int(11) DEFAULT NULL,
  phonebooklimit int(11) DEFAULT NULL,
  ctdbillingtype int(11) DEFAULT NULL,
  timezoneid varchar(64) DEFAULT NULL,
  alarmemail varchar(255) DEFAULT NULL,
  workday int(11) DEFAULT NULL,
  feetimeaverage bigint(20) DEFAULT NULL,
  feetimeaveragenonwork bigint(20) DEFAULT NULL,
  feetimedays int(11) DEFAULT NULL,
  feetimedaysnonwork int(11) DEFAULT NULL,
  feetimetoday bigint(20) DEFAULT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY account (account),
  KEY customer_id (customer_id)
);

CREATE TABLE e_customerdetail (
  customer_id int(11) NOT NULL,
  address varchar(255) DEFAULT NULL,
  linkman varchar(255) DEFAULT NULL,
  phone varchar(64) DEFAULT NULL,
  email varchar(255) DEFAULT NULL,
  emailcc varchar(255) DEFAULT NULL,
  emailbcc varchar(255) DEFAULT NULL,
  reporttype int(11) DEFAULT NULL,
  nextreporttime bigint(20) DEFAULT NULL,
  postcode varchar(64) DEFAULT NULL,
  fax varchar(64) DEFAULT NULL,
  idtype int(11) DEFAULT NULL,
  idnumber varchar(64) DEFAULT NULL,
  bankaccount varchar(255) DEFAULT NULL,
  companyname varchar(255) DEFAULT NULL,
  PRIMARY KEY (customer_id)
);

CREATE TABLE e_payhistory (
  id int(11) NOT NULL,
  customeraccount varchar(255) DEFAULT NULL,
  customername varchar(255) DEFAULT NULL,
  paymoney double DEFAULT NULL,
  customermoney double DEFAULT NULL,
  time bigint(20) DEFAULT NULL,
  type int(11) DEFAULT NULL,
  paytype int(11) DEFAULT NULL,
  loginname varchar(255) DEFAULT NULL,
  memo varchar(255) DEFAULT NULL,
  agentaccount varchar(255) DEFAULT NULL,
  agentname varchar(255) DEFAULT NULL,
  PRIMARY KEY (id),
  KEY customeraccount (customeraccount),
  KEY time (time),
  KEY agentaccount (agentaccount)
);

CREATE TABLE e_consumption (
  id int(11) NOT NULL,
  account varchar(255) DEFAULT NULL,
  accountname varchar(255) DEFAULT NULL,
  money double DEFAULT NULL,
  remainmoney double DEFAULT NULL,
  time bigint(20) DEFAULT NULL,
  type int(11) DEFAULT NULL,
  comsumptionname varchar(255) DEFAULT NULL,
  agentaccount varchar(255) DEFAULT NULL,
  agentname varchar(255) DEFAULT NULL,
  memo varchar(255) DEFAULT NULL,
  PRIMARY KEY (id),
  KEY account (account),
  KEY time (time)
);

CREATE TABLE e_feerategroup (
  id int(11) NOT NULL,
  name varchar(255) DEFAULT NULL,
  privilege int(11) DEFAULT NULL,
  fakeminute int(11) DEFAULT NULL,
  isprivate int(11) DEFAULT NULL,
  memo varchar(255) DEFAULT NULL,
  user_id int(11) DEFAULT NULL,
  PRIMARY KEY (id)
);

CREATE TABLE e_feerate (
  id int(11) NOT NULL,
  feeprefix varchar(64) DEFAULT NULL,
  areacode varchar(64) DEFAULT NULL,
  locktype int(11) DEFAULT NULL,
  fee double DEFAULT NULL,
  tax double DEFAULT NULL,
  period int(11) DEFAULT NULL,
  ivrfee double DEFAULT NULL,
  ivrperiod int(11) DEFAULT NULL,
  type int(11) DEFAULT NULL,
  feerategroup_id int(11) DEFAULT NULL,
  PRIMARY KEY (id),
  KEY feerategroup_id (feerategroup_id, feeprefix)
);

CREATE TABLE e_feeratesection (
  id int(11) NOT NULL,
  fee double DEFAULT NULL,
  time int(11) DEFAULT NULL,
  position int(11) DEFAULT NULL,
  feerate_id int(11) DEFAULT NULL,
  PRIMARY KEY (id)
);

CREATE TABLE e_gatewayrouting (
  id int(11) NOT NULL,
  name varchar(64) DEFAULT NULL,
  prefix text DEFAULT NULL,
  prefixstyle int(11) DEFAULT NULL,
  password varchar(64) DEFAULT NULL,
  customerpassword varchar(64) DEFAULT NULL,
  locktype int(11) DEFAULT NULL,
  calllevel int(11) DEFAULT NULL,
  capacity int(11) DEFAULT NULL,
  priority int(11) DEFAULT NULL,
  iptype int(11) DEFAULT NULL,
  encrypt int(11) DEFAULT NULL,
  protocol int(11) DEFAULT NULL,
  remoteips text DEFAULT NULL,
  rtpforwardtype int(11) DEFAULT NULL,
  signalport int(11) DEFAULT NULL,
  signalportlocal int(11) DEFAULT NULL,
  gatewaygroups text DEFAULT NULL,
  memo varchar(255) DEFAULT NULL,
  mbx_id int(11) DEFAULT NULL,
  clearingcustomer_id int(11) DEFAULT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY name (name)
);

CREATE TABLE e_gatewaymapping (
  id int(11) NOT NULL,
  name varchar(64) DEFAULT NULL,
  password varchar(64) DEFAULT NULL,
  customerpassword varchar(64) DEFAULT NULL,
  locktype int(11) DEFAULT NULL,
  calllevel int(11) DEFAULT NULL,
  capacity int(11) DEFAULT NULL,
  priority int(11) DEFAULT NULL,
  registertype int(11) DEFAULT NULL,
  remoteips text DEFAULT NULL,
  rtpforwardtype int(11) DEFAULT NULL,
  gatewaygroups text DEFAULT NULL,
  routinggatewaygroups text DEFAULT NULL,
  memo varchar(255) DEFAULT NULL,
  customer_id int(11) DEFAULT NULL,
  mbx_id int(11) DEFAULT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY name (name)
);

CREATE TABLE e_gatewayroutingsetting (
  gatewayrouting_id int(11) NOT NULL,
  maxcallrate int(11) DEFAULT NULL,
  maxcallrateunit int(11) DEFAULT NULL,
  scheduledcapacity text DEFAULT NULL,
  scheduledpriority text DEFAULT NULL,
  callincallerprefixes text DEFAULT NULL,
  callincallerprefixesallow tinyint(4) DEFAULT NULL,
  callincalleeprefixes text DEFAULT NULL,
  callincalleeprefixesallow tinyint(4) DEFAULT NULL,
  rewriterulesincaller text DEFAULT NULL,
  rewriterulesincallee text DEFAULT NULL,
  timeoutinvite int(11) DEFAULT NULL,
  timeouttrying int(11) DEFAULT NULL,
  timeoutringing int(11) DEFAULT NULL,
  timeoutsessionprogress int(11) DEFAULT NULL,
  maxcalldurationlower int(11) DEFAULT NULL,
  maxcalldurationupper int(11) DEFAULT NULL,
  calculatequality int(11) DEFAULT NULL,
  callerblacklistpolicy varchar(255) DEFAULT NULL,
  calleeblacklistpolicy varchar(255) DEFAULT NULL,
  callerlimite164groups text DEFAULT NULL,
  calleelimite164groups text DEFAULT NULL,
  stopswitchsipcodes varchar(255) DEFAULT NULL,
  mediacheckdirection int(11) DEFAULT NULL,
  minprofitpercent double DEFAULT NULL,
  maxsecondrates double DEFAULT NULL,
  localip varchar(64) DEFAULT NULL,
  traceendtime bigint(20) DEFAULT NULL,
  PRIMARY KEY (gatewayrouting_id)
);

CREATE TABLE e_gatewaymappingsetting (
  gatewaymapping_id int(11) NOT NULL,
  maxcallrate int(11) DEFAULT NULL,
  maxcallrateunit int(11) DEFAULT NULL,
  scheduledcapacity text DEFAULT NULL,
  calloutcallerprefixes text DEFAULT NULL,
  calloutcallerprefixesallow tinyint(4) DEFAULT NULL,
  calloutcalleeprefixes text DEFAULT NULL,
  calloutcalleeprefixesallow tinyint(4) DEFAULT NULL,
  rewriterulesoutcallee text DEFAULT NULL,
  rewriterulesoutcaller text DEFAULT NULL,
  sipauthenticationmethod int(11) DEFAULT NULL,
  sipauthenticationuser varchar(64) DEFAULT NULL,
  timeoutcallproceeding int(11) DEFAULT NULL,
  maxcalldurationlower int(11) DEFAULT NULL,
  maxcalldurationupper int(11) DEFAULT NULL,
  callerblacklistpolicy varchar(255) DEFAULT NULL,
  calleeblacklistpolicy varchar(255) DEFAULT NULL,
  callerlimite164groups text DEFAULT NULL,
  calleelimite164groups text DEFAULT NULL,
  calculatequality int(11) DEFAULT NULL,
  firstroutepolicy int(11) DEFAULT NULL,
  secondroutepolicy int(11) DEFAULT NULL,
  calloutroutinggateways text DEFAULT NULL,
  traceendtime bigint(20) DEFAULT NULL,
  PRIMARY KEY (gatewaymapping_id)
);

CREATE TABLE e_gatewaygroup (
  id int(11) NOT NULL,
  name varchar(64) DEFAULT NULL,
  capacity int(11) DEFAULT NULL,
  memo varchar(255) DEFAULT NULL,
  PRIMARY KEY (id)
);

CREATE TABLE e_useragent (
  id int(11) NOT NULL,
  groupname varchar(64) DEFAULT NULL,
  username varchar(64) DEFAULT NULL,
  password varchar(64) DEFAULT NULL,
  serverip varchar(64) DEFAULT NULL,
  serverport int(11) DEFAULT NULL,
  encrypt int(11) DEFAULT NULL,
  expire int(11) DEFAULT NULL,
  localip varchar(64) DEFAULT NULL,
  authenticationname varchar(64) DEFAULT NULL,
  hostname varchar(64) DEFAULT NULL,
  sipoutboundproxy varchar(64) DEFAULT NULL,
  sipuseragent varchar(64) DEFAULT NULL,
  randomlocalport int(11) DEFAULT NULL,
  capacity int(11) DEFAULT NULL,
  rewriterulesoutcallee text DEFAULT NULL,
  rewriterulesoutcaller text DEFAULT NULL,
  mbx_id int(11) DEFAULT NULL,
  PRIMARY KEY (id)
);

CREATE TABLE e_phone (
  id int(11) NOT NULL,
  e164 varchar(64) DEFAULT NULL,
  password varchar(64) DEFAULT NULL,
  customerpassword varchar(64) DEFAULT NULL,
  displaynum varchar(64) DEFAULT NULL,
  capacity int(11) DEFAULT NULL,
  linecallin int(11) DEFAULT NULL,
  linecallout int(11) DEFAULT NULL,
  locktype int(11) DEFAULT NULL,
  calllevel int(11) DEFAULT NULL,
  calleebilling int(11) DEFAULT NULL,
  routinggatewaygroups text DEFAULT NULL,
  monthlymoneymax double DEFAULT NULL,
  monthconsumption double DEFAULT NULL,
  monthlymoneymin double DEFAULT NULL,
  monthlyrentfee double DEFAULT NULL,
  memo varchar(255) DEFAULT NULL,
  phonebookserialid int(11) DEFAULT NULL,
  phonebooklimit int(11) DEFAULT NULL,
  customer_id int(11) DEFAULT NULL,
  ivrservice_id int(11) DEFAULT NULL,
  feerategroup_id int(11) DEFAULT NULL,
  mbx_id int(11) DEFAULT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY e164 (e164),
  KEY customer_id (customer_id)
);

CREATE TABLE e_phonesetting (
  phone_id int(11) NOT NULL,
  registertype int(11) DEFAULT NULL,
  protocol int(11) DEFAULT NULL,
  ipaddress varchar(64) DEFAULT NULL,
  localip varchar(64) DEFAULT NULL,
  signalport int(11) DEFAULT NULL,
  encrypt int(11) DEFAULT NULL,
  rtpforwardtype int(11) DEFAULT NULL,
  bitsofopen int(11) DEFAULT NULL,
  dids text DEFAULT NULL,
  callerblacklistpolicy varchar(255) DEFAULT NULL,
  calleeblacklistpolicy varchar(255) DEFAULT NULL,
  sipauthenticationmethod int(11) DEFAULT NULL,
  traceendtime bigint(20) DEFAULT NULL,
  PRIMARY KEY (phone_id)
);

CREATE TABLE e_alarm_current (
  id int(11) NOT NULL,
  moid int(11) DEFAULT NULL,
  motype int(11) DEFAULT NULL,
  name varchar(255) DEFAULT NULL,
  type int(11) DEFAULT NULL,
  level int(11) DEFAULT NULL,
  starttime bigint(20) DEFAULT NULL,
  stoptime bigint(20) DEFAULT NULL,
  value double DEFAULT NULL,
  upper double DEFAULT NULL,
  lower double DEFAULT NULL,
  alarminfo text DEFAULT NULL,
  confirmuser varchar(255) DEFAULT NULL,
  confirmusername varchar(255) DEFAULT NULL,
  confirmtime bigint(20) DEFAULT NULL,
  confirmmemo varchar(255) DEFAULT NULL,
  emailtime bigint(20) DEFAULT NULL,
  alarm_setting_id int(11) DEFAULT NULL,
  PRIMARY KEY (id)
);

CREATE TABLE e_alarm_history (
  id int(11) NOT NULL,
  moid int(11) DEFAULT NULL,
  motype int(11) DEFAULT NULL,
  name varchar(255) DEFAULT NULL,
  type int(11) DEFAULT NULL,
  level int(11) DEFAULT NULL,
  starttime bigint(20) DEFAULT NULL,
  stoptime bigint(20) DEFAULT NULL,
  value double DEFAULT NULL,
  upper double DEFAULT NULL,
  lower double DEFAULT NULL,
  confirmuser varchar(255) DEFAULT NULL,
  confirmusername varchar(255) DEFAULT NULL,
  confirmtime bigint(20) DEFAULT NULL,
  confirmmemo text DEFAULT NULL,
  clearuser varchar(255) DEFAULT NULL,
  clearusername varchar(255) DEFAULT NULL,
  cleartime bigint(20) DEFAULT NULL,
  PRIMARY KEY (id),
  KEY name (name),
  KEY type (type),
  KEY starttime (starttime),
  KEY stoptime (stoptime)
);

CREATE TABLE e_alarm_setting (
  id int(11) NOT NULL,
  moid int(11) DEFAULT NULL,
  motype int(11) DEFAULT NULL,
  starttime int(11) DEFAULT NULL,
  stoptime int(11) DEFAULT NULL,
  type int(11) DEFAULT NULL,
  level int(11) DEFAULT NULL,
  upper double DEFAULT NULL,
  lower double DEFAULT NULL,
  period int(11) DEFAULT NULL,
  enablevoice int(11) DEFAULT NULL,
  e164s text DEFAULT NULL,
  enableemail int(11) DEFAULT NULL,
  email text DEFAULT NULL,
  PRIMARY KEY (id)
);

CREATE TABLE e_syslog (
  id int(11) NOT NULL,
  type int(11) DEFAULT NULL,
  time bigint(20) DEFAULT NULL,
  source varchar(255) DEFAULT NULL,
  event int(11) DEFAULT NULL,
  format varchar(255) DEFAULT NULL,
  memo text DEFAULT NULL,
  infoold text DEFAULT NULL,
  infonew text DEFAULT NULL,
  PRIMARY KEY (id),
  KEY time (time)
);

CREATE TABLE e_user (
  id int(11) NOT NULL,
  loginname varchar(255) DEFAULT NULL,
  username varchar(255) DEFAULT NULL,
  password varchar(64) DEFAULT NULL,
  level int(11) DEFAULT NULL,
  locktype int(11) DEFAULT NULL,
  expiretime bigint(20) DEFAULT NULL,
  createduser_id int(11) DEFAULT NULL,
  lastlogin bigint(20) DEFAULT NULL,
  lastmodifypassword bigint(20) DEFAULT NULL,
  limitmacs int(11) DEFAULT NULL,
  macs text DEFAULT NULL,
  onetimepassword varchar(255) DEFAULT NULL,
  memo varchar(255) DEFAULT NULL,
  user_privilege_id int(11) DEFAULT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY loginname (loginname)
);

CREATE TABLE e_userlogin (
  id int(11) NOT NULL,
  socketid int(11) DEFAULT NULL,
  loginip varchar(64) DEFAULT NULL,
  logintime bigint(20) DEFAULT NULL,
  user_id int(11) DEFAULT NULL,
  PRIMARY KEY (id)
);

CREATE TABLE e_user_privilege (
  id int(11) NOT NULL,
  name varchar(255) DEFAULT NULL,
  privilege text DEFAULT NULL,
  classprivilege text DEFAULT NULL,
  memo varchar(255) DEFAULT NULL,
  create_user_id int(11) DEFAULT NULL,
  PRIMARY KEY (id)
);

CREATE TABLE e_moconfig (
  id int(11) NOT NULL,
  name varchar(255) DEFAULT NULL,
  value text DEFAULT NULL,
  editable int(11) DEFAULT NULL,
  moid int(11) DEFAULT NULL,
  motype int(11) DEFAULT NULL,
  memo varchar(255) DEFAULT NULL,
  PRIMARY KEY (id),
  KEY name (name)
);

CREATE TABLE e_mbx (
  id int(11) NOT NULL,
  name varchar(64) DEFAULT NULL,
  vosname varchar(64) DEFAULT NULL,
  configserialid int(11) DEFAULT NULL,
  createtime bigint(20) DEFAULT NULL,
  accesstime bigint(20) DEFAULT NULL,
  accessip varchar(64) DEFAULT NULL,
  localconfig mediumtext DEFAULT NULL,
  socketid int(11) DEFAULT NULL,
  memo varchar(255) DEFAULT NULL,
  PRIMARY KEY (id)
);

CREATE TABLE e_equipment (
  id int(11) NOT NULL,
  name varchar(64) DEFAULT NULL,
  catagory int(11) DEFAULT NULL,
  type int(11) DEFAULT NULL,
  createtime bigint(20) DEFAULT NULL,
  accesstime bigint(20) DEFAULT NULL,
  accessip varchar(64) DEFAULT NULL,
  localconfig mediumtext DEFAULT NULL,
  socketid int(11) DEFAULT NULL,
  memo varchar(255) DEFAULT NULL,
  PRIMARY KEY (id)
);

CREATE TABLE e_web_access_control (
  id int(11) NOT NULL,
  path text DEFAULT NULL,
  allowip text DEFAULT NULL,
  memo varchar(255) DEFAULT NULL,
  equipment_id int(11) DEFAULT NULL,
  PRIMARY KEY (id)
);

CREATE TABLE e_autoclean (
  id int(11) NOT NULL,
  type int(11) DEFAULT NULL,
  enabled int(11) DEFAULT NULL,
  content int(11) DEFAULT NULL,
  expiredays int(11) DEFAULT NULL,
  PRIMARY KEY (id)
);

CREATE TABLE e_motimer (
  id int(11) NOT NULL,
  name varchar(255) DEFAULT NULL,
  nexttime bigint(20) DEFAULT NULL,
  PRIMARY KEY (id)
);

CREATE TABLE e_othermaxid (
  id int(11) NOT NULL,
  type int(11) DEFAULT NULL,
  maxid bigint(20) DEFAULT NULL,
  PRIMARY KEY (id)
);

CREATE TABLE e_reportmanagement (
  id int(11) NOT NULL,
  date varchar(64) DEFAULT NULL,
  createtime bigint(20) DEFAULT NULL,
  loginname varchar(255) DEFAULT NULL,
  types bigint(20) DEFAULT NULL,
  PRIMARY KEY (id)
);

CREATE TABLE e_limit_e164_group (
  id int(11) NOT NULL,
  name varchar(255) DEFAULT NULL,
  memo varchar(255) DEFAULT NULL,
  PRIMARY KEY (id)
);

CREATE TABLE e_limit_e164 (
  id int(11) NOT NULL,
  e164 varchar(64) DEFAULT NULL,
  memo varchar(255) DEFAULT NULL,
  limit_e164_group_id int(11) DEFAULT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY e164 (e164, limit_e164_group_id)
);

CREATE TABLE e_system_limit_e164 (
  id int(11) NOT NULL,
  e164 varchar(64) DEFAULT NULL,
  memo varchar(255) DEFAULT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY e164 (e164)
);

CREATE TABLE e_terminal_black_list_policy (
  id int(11) NOT NULL,
  name varchar(255) DEFAULT NULL,
  blacklistgroup varchar(255) DEFAULT NULL,
  conditions text DEFAULT NULL,
  memo varchar(255) DEFAULT NULL,
  PRIMARY KEY (id)
);

CREATE TABLE e_ip_limit (
  ip varchar(64) NOT NULL,
  count int(11) DEFAULT NULL,
  area varchar(255) DEFAULT NULL,
  memo varchar(255) DEFAULT NULL,
  PRIMARY KEY (ip)
);

CREATE TABLE e_reportgatewayroutingasracd (
  id int(11) NOT NULL AUTO_INCREMENT,
  date bigint(20) DEFAULT NULL,
  hour int(11) DEFAULT NULL,
  gatewayid varchar(64) DEFAULT NULL,
  ip varchar(64) DEFAULT NULL,
  callcount int(11) DEFAULT NULL,
  callreply int(11) DEFAULT NULL,
  callestablished int(11) DEFAULT NULL,
  callduration bigint(20) DEFAULT NULL,
  PRIMARY KEY (id),
  KEY date (date)
);

CREATE TABLE e_reportgatewaymappingasracd LIKE e_reportgatewayroutingasracd;

CREATE TABLE e_reportgatewayroutinglocationasracd (
  id int(11) NOT NULL AUTO_INCREMENT,
  date bigint(20) DEFAULT NULL,
  type int(11) DEFAULT NULL,
  areacode varchar(64) DEFAULT NULL,
  gatewayid varchar(64) DEFAULT NULL,
  ip varchar(64) DEFAULT NULL,
  callcount int(11) DEFAULT NULL,
  callreply int(11) DEFAULT NULL,
  callestablished int(11) DEFAULT NULL,
  callduration bigint(20) DEFAULT NULL,
  PRIMARY KEY (id),
  KEY date (date)
);

CREATE TABLE e_reportgatewaymappinglocationasracd LIKE e_reportgatewayroutinglocationasracd;

CREATE TABLE e_reportgatewaycrosslocationasracd (
  id int(11) NOT NULL AUTO_INCREMENT,
  date bigint(20) DEFAULT NULL,
  callergatewayid varchar(64) DEFAULT NULL,
  callerip varchar(64) DEFAULT NULL,
  calleegatewayid varchar(64) DEFAULT NULL,
  areacode varchar(64) DEFAULT NULL,
  callcount int(11) DEFAULT NULL,
  callreply int(11) DEFAULT NULL,
  callestablished int(11) DEFAULT NULL,
  callduration bigint(20) DEFAULT NULL,
  PRIMARY KEY (id),
  KEY date (date)
);

CREATE TABLE e_reportcustomerfee (
  id int(11) NOT NULL AUTO_INCREMENT,
  date bigint(20) DEFAULT NULL,
  count int(11) DEFAULT NULL,
  calllevel int(11) DEFAULT NULL,
  fee double DEFAULT NULL,
  tax double DEFAULT NULL,
  feetime bigint(20) DEFAULT NULL,
  suitefee double DEFAULT NULL,
  suitefeetime bigint(20) DEFAULT NULL,
  customeraccount varchar(255) DEFAULT NULL,
  customername varchar(255) DEFAULT NULL,
  customertimezoneid varchar(64) DEFAULT NULL,
  agentaccount varchar(255) DEFAULT NULL,
  PRIMARY KEY (id),
  KEY date (date)
);

CREATE TABLE e_reportgatewaymappingfee (
  id int(11) NOT NULL AUTO_INCREMENT,
  date bigint(20) DEFAULT NULL,
  count int(11) DEFAULT NULL,
  calllevel int(11) DEFAULT NULL,
  fee double DEFAULT NULL,
  tax double DEFAULT NULL,
  feetime bigint(20) DEFAULT NULL,
  suitefee double DEFAULT NULL,
  suitefeetime bigint(20) DEFAULT NULL,
  customeraccount varchar(255) DEFAULT NULL,
  customername varchar(255) DEFAULT NULL,
  customertimezoneid varchar(64) DEFAULT NULL,
  agentaccount varchar(255) DEFAULT NULL,
  gatewayid varchar(64) DEFAULT NULL,
  ip varchar(64) DEFAULT NULL,
  PRIMARY KEY (id),
  KEY date (date)
);

CREATE TABLE e_reportgatewayroutingfee LIKE e_reportgatewaymappingfee;

CREATE TABLE e_reportcustomerio (
  id int(11) NOT NULL AUTO_INCREMENT,
  date bigint(20) DEFAULT NULL,
  customeraccount varchar(255) DEFAULT NULL,
  customername varchar(255) DEFAULT NULL,
  incomefee double DEFAULT NULL,
  incometax double DEFAULT NULL,
  fee double DEFAULT NULL,
  tax double DEFAULT NULL,
  PRIMARY KEY (id),
  KEY date (date)
);

CREATE TABLE e_reportphonefee (
  id int(11) NOT NULL AUTO_INCREMENT,
  date bigint(20) DEFAULT NULL,
  count int(11) DEFAULT NULL,
  calllevel int(11) DEFAULT NULL,
  fee double DEFAULT NULL,
  tax double DEFAULT NULL,
  feetime bigint(20) DEFAULT NULL,
  suitefee double DEFAULT NULL,
  suitefeetime bigint(20) DEFAULT NULL,
  e164 varchar(64) DEFAULT NULL,
  calleebilling int(11) DEFAULT NULL,
  customeraccount varchar(255) DEFAULT NULL,
  agentaccount varchar(255) DEFAULT NULL,
  PRIMARY KEY (id),
  KEY date (date)
);

CREATE USER noc@'127.0.0.1' IDENTIFIED BY 'noc-lab';
CREATE USER noc@localhost IDENTIFIED BY 'noc-lab';
GRANT SELECT ON vos3000.* TO noc@'127.0.0.1';
GRANT SELECT ON vos3000.* TO noc@localhost;
