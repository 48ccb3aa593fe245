-- SPDX-License-Identifier: MIT

-- The lab's accounts, gateways, phones, operators, alarms and logs: believable, and nobody's.
-- Numbers are from the ranges kept for fiction, addresses from those kept for documentation.
-- Times count back from the moment of loading; sip.sh moves them to the present when a host starts.

SET @now = CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED);
SET @minute = 60000;
SET @hour = 3600000;
SET @day = 86400000;
SET @never = 9223372036854775807;

-- the product's own account, used by the SIP core and by the web interface
CREATE USER vos3000@'127.0.0.1' IDENTIFIED BY 'vos3000-lab';
GRANT ALL ON vos3000.* TO vos3000@'127.0.0.1';

INSERT INTO e_mbx (id, name, vosname, configserialid, createtime, accesstime, accessip, socketid, memo) VALUES
  (1, 'MBX1', 'vos3000', 1, @now - 400 * @day, @now - @minute, '127.0.0.1', 12, NULL);
INSERT INTO e_equipment (id, name, catagory, type, createtime, accesstime, accessip, socketid) VALUES
  (2, 'EMP1', 1, 1, @now - 400 * @day, @now - @minute, '127.0.0.1', 13),
  (3, 'WEB1', 2, 4, @now - 400 * @day, @now - @minute, '127.0.0.1', 14);
INSERT INTO e_web_access_control (id, path, allowip, memo, equipment_id) VALUES
  (4, '/external/server', '127.0.0.1', 'local tools', 3);

-- ---- rates and accounts ----

INSERT INTO e_feerategroup (id, name, privilege, fakeminute, isprivate, memo) VALUES
  (20, 'Wholesale A-Z', 0, 0, 0, NULL),
  (21, 'Retail', 0, 0, 0, 'per minute');
INSERT INTO e_feerate (id, feeprefix, areacode, locktype, fee, tax, period, type, feerategroup_id) VALUES
  (30, '1', '1', 0, 0.0009, 0, 6, 4, 20), (31, '44', '44', 0, 0.0021, 0, 6, 5, 20), (32, '49', '49', 0, 0.0018, 0, 6, 5, 20),
  (33, '33', '33', 0, 0.0016, 0, 6, 5, 20), (34, '61', '61', 0, 0.0035, 0, 6, 5, 20), (35, '4477', '4477', 0, 0.0042, 0, 6, 5, 20),
  (36, '1', '1', 0, 0.02, 0, 60, 4, 21), (37, '44', '44', 0, 0.035, 0, 60, 5, 21), (38, '49', '49', 0, 0.03, 0, 60, 5, 21),
  (39, '33', '33', 0, 0.03, 0, 60, 5, 21), (40, '61', '61', 0, 0.06, 0, 60, 5, 21);

-- type 0 customers, type 1 phone cards, type 2 clearing accounts of vendors
INSERT INTO e_customer (id, account, name, password, type, money, limitmoney, todayconsumption, locktype, status, starttime,
    lastupdatetime, validtime, customer_id, feerategroup_id, memo, ctdbillingtype, phonebooklimit) VALUES
  (100, '1000', 'Northwind Partners', 'Zr8wQm2Lx', 0, 25000, 0, 0, 0, 0, @now - 900 * @day, @now - 40 * @day, @never, NULL, 20, 'reseller', 0, 0),
  (101, '1001', 'Alpha Telecom', 'pA55-alpha', 0, 4820.55, 500, 212.4, 0, 0, @now - 700 * @day, @now - 3 * @day, @never, 100, 20, NULL, 0, 0),
  (102, '1002', 'Bravo Connect', 'pA55-bravo', 0, 1310.07, 0, 96.31, 0, 0, @now - 520 * @day, @now - 9 * @day, 0, 100, 20, NULL, 0, 0),
  (103, '1003', 'Charlie Voice Ltd', 'pA55-charlie', 0, 640, 1000, 41.9, 0, 0, @now - 300 * @day, @now - 30 * @day, @never, NULL, 20, 'credit approved', 0, 0),
  (104, '1004', 'Delta Networks', 'pA55-delta', 0, 12.4, 0, 38.25, 0, 0, @now - 260 * @day, @now - @day, 0, NULL, 21, NULL, 0, 0),
  (105, '1005', 'Echo Dialling', 'pA55-echo', 0, -50.02, 50, 17.6, 0, 0, @now - 200 * @day, @now - 2 * @day, 0, NULL, 21, 'overdraft used up', 0, 0),
  (106, '1006', 'Foxtrot Messaging', 'pA55-foxtrot', 0, 310.5, 0, 0, 0, 0, @now - 180 * @day, @now - 60 * @day, 0, NULL, 21, NULL, 0, 0),
  (107, '1007', 'Golf Offices', 'pA55-golf', 0, 87.15, 100, 3.02, 0, 0, @now - 150 * @day, @now - 5 * @day, @never, NULL, 21, NULL, 0, 100),
  (108, '1008', 'Hotel Riverside', 'pA55-hotel', 0, 0, 0, 0, 1, 0, @now - 120 * @day, @now - 20 * @day, 0, NULL, 21, 'unpaid invoice', 0, 0),
  (109, '1009', 'India Café Wi-Fi', NULL, 0, NULL, NULL, NULL, NULL, NULL, @now - 90 * @day, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  (110, '5550001', 'card 5550001', '8841', 1, 4.75, 0, 0, 0, 0, @now - 30 * @day, @now - 30 * @day, @now + 60 * @day, NULL, 21, NULL, 0, 0),
  (111, 'V-CARRIER-A', 'Carrier A Ltd', NULL, 2, -2140.6, 10000, 104.2, 0, 0, @now - 650 * @day, @now - @day, @never, NULL, 20, NULL, 0, 0),
  (112, 'V-CARRIER-B', 'Carrier B GmbH', NULL, 2, -690.12, 5000, 44.8, 0, 0, @now - 400 * @day, @now - @day, @never, NULL, 20, NULL, 0, 0),
  (113, 'V-CARRIER-C', 'Carrier C', NULL, 2, 38.9, 0, 12.7, 0, 0, @now - 90 * @day, @now - @day, @never, NULL, 20, 'prepaid', 0, 0);
INSERT INTO e_customerdetail (customer_id, linkman, email, reporttype, companyname) VALUES
  (101, 'Robin Example', 'billing@alpha.example', 1, 'Alpha Telecom'),
  (104, 'Sam Example', 'ops@delta.example', 3, 'Delta Networks');

-- ---- gateways ----

INSERT INTO e_gatewaymapping (id, name, password, customerpassword, locktype, calllevel, capacity, priority, registertype, remoteips,
    rtpforwardtype, gatewaygroups, routinggatewaygroups, memo, customer_id, mbx_id) VALUES
  (401, 'CUST-ALPHA', 'gw-Alpha-91', 'self-alpha', 0, 5, 400, 1, 0, '203.0.113.10', 0, '', '', 'main customer', 101, 1),
  (402, 'CUST-BRAVO', 'gw-Bravo-17', 'self-bravo', 0, 5, 250, 1, 0, '203.0.113.11', 0, '', '', NULL, 102, 1),
  (403, 'CUST-CHARLIE', 'gw-Charlie-3', 'self-charlie', 0, 5, 150, 2, 0, '203.0.113.12,203.0.113.22', 0, '', '', 'two addresses', 103, 1),
  (404, 'CUST-DELTA', 'gw-Delta-55', 'self-delta', 0, 5, 6, 2, 0, '203.0.113.13', 0, '', '', 'trial, 6 lines', 104, 1),
  (405, 'CUST-ECHO', 'gw-Echo-08', 'self-echo', 0, 5, 60, 3, 0, '203.0.113.14', 0, '', '', NULL, 105, 1),
  (406, 'CUST-FOXTROT', 'gw-Foxtrot-2', 'self-foxtrot', 3, 5, 30, 3, 0, '203.0.113.15', 0, '', '', 'locked: fraud case 118', 106, 1);
INSERT INTO e_gatewayrouting (id, name, prefix, prefixstyle, password, customerpassword, locktype, calllevel, capacity, priority, iptype,
    encrypt, protocol, remoteips, rtpforwardtype, signalport, signalportlocal, gatewaygroups, memo, mbx_id, clearingcustomer_id) VALUES
  (501, 'CARRIER-A', '1', 1, 'rt-A-4471', 'self-a', 0, 5, 400, 1, 0, 0, 1, '198.51.100.20', 0, 5060, 5060, 'premium', NULL, 1, 111),
  (502, 'CARRIER-B', '44,353', 1, 'rt-B-9912', 'self-b', 0, 5, 250, 1, 0, 0, 1, '198.51.100.21', 0, 5060, 5060, 'premium', NULL, 1, 112),
  (503, 'CARRIER-C', '49', 1, 'rt-C-2210', 'self-c', 0, 5, 120, 1, 0, 0, 1, '198.51.100.22', 0, 5060, 5060, 'grey', 'quality complaints', 1, 113),
  (504, 'CARRIER-D', '33', 1, 'rt-D-6038', 'self-d', 0, 5, 80, 1, 0, 0, 1, '198.51.100.23', 0, NULL, NULL, '', 'short calls', 1, NULL),
  (505, 'CARRIER-E', '44,1,33,49', 1, 'rt-E-7754', 'self-e', 0, 5, 30, 9, 0, 0, 1, '198.51.100.24', 0, 5060, 5060, 'overflow', 'overflow of all', 1, NULL),
  (506, 'CARRIER-F', '61', 1, 'rt-F-1187', 'self-f', 3, 5, 100, 1, 0, 0, 1, '198.51.100.25', 0, 5060, 5060, '', 'locked: contract ended', 1, NULL);
INSERT INTO e_gatewaymappingsetting (gatewaymapping_id, maxcallrate, maxcalldurationlower, maxcalldurationupper, sipauthenticationmethod, calculatequality)
  SELECT id, 0, -1, -1, 0, 0 FROM e_gatewaymapping;
INSERT INTO e_gatewayroutingsetting (gatewayrouting_id, maxcallrate, maxcalldurationlower, maxcalldurationupper, timeoutinvite, timeouttrying, timeoutringing, calculatequality)
  SELECT id, 0, -1, -1, 0, 0, 0, 0 FROM e_gatewayrouting;
INSERT INTO e_gatewaygroup (id, name, capacity, memo) VALUES (520, 'premium', 600, NULL), (521, 'grey', 200, NULL), (522, 'overflow', 30, NULL);

-- ---- phones: 15550100 to 15550119, the odd ones with weak passwords ----

INSERT INTO e_phone (id, e164, password, customerpassword, displaynum, capacity, linecallin, linecallout, locktype, calllevel, calleebilling,
    memo, customer_id, mbx_id)
  SELECT 600 + s.seq, 15550100 + s.seq,
    CASE WHEN s.seq = 1 THEN '1234' WHEN s.seq = 5 THEN '15550105' WHEN s.seq = 9 THEN 'password'
      ELSE CONCAT('Kx', SUBSTRING(MD5(CONCAT('phone', s.seq)), 1, 12)) END,
    'self', NULL, 2, 1, 1,
    CASE s.seq WHEN 17 THEN 1 WHEN 18 THEN 2 WHEN 19 THEN 3 ELSE 0 END, 5, 0,
    CASE s.seq WHEN 0 THEN 'reception' WHEN 19 THEN 'stolen' END, IF(s.seq = 16, 108, 107), 1
  FROM seq_0_to_19 s;
INSERT INTO e_phonesetting (phone_id, registertype, protocol, signalport, encrypt, rtpforwardtype)
  SELECT id, 1, 1, 5060, 0, 0 FROM e_phone;

-- ---- operators ----

INSERT INTO e_user_privilege (id, name, privilege, classprivilege, memo, create_user_id) VALUES
  (700, 'administrator', 'all', 'all', NULL, NULL), (701, 'noc', 'view,alarm,call', 'view', NULL, 710), (702, 'billing', 'view,pay', 'view', NULL, 710);
INSERT INTO e_user (id, loginname, username, password, level, locktype, expiretime, createduser_id, lastlogin, lastmodifypassword, memo, user_privilege_id) VALUES
  (710, 'admin', 'Administrator', '5f4dcc3b5aa765d61d8327deb882cf99', 0, 0, @never, NULL, @now - 5 * @day, @now - 600 * @day, NULL, 700),
  (711, 'noc1', 'Noa Example', '482c811da5d5b4bc6d497ffa98491e38', 2, 0, @never, 710, @now - 3 * @hour, @now - 30 * @day, NULL, 701),
  (712, 'noc2', 'Kim Example', '0d107d09f5bbe40cade3de5c71e9e9b7', 2, 0, @never, 710, @now - 50 * @minute, @now - 12 * @day, NULL, 701),
  (713, 'billing', 'Lou Example', '25f9e794323b453885f5181f1b624d0b', 3, 0, @now + 200 * @day, 710, @now - @day, @now - 80 * @day, NULL, 702),
  (714, 'support', 'Ari Example', '25d55ad283aa400af464c76d713c07ad', 3, 1, @now - 10 * @day, 710, @now - 70 * @day, @now - 300 * @day, 'left the company', 701);
INSERT INTO e_userlogin (id, socketid, loginip, logintime, user_id) VALUES
  (1, 21, '198.18.0.2', @now - 3 * @hour, 711),
  (2, 22, '203.0.113.200', @now - 50 * @minute, 712),
  (3, 23, '192.0.2.66', @now - 4 * @minute, 710);

-- ---- parameters; those that are not here have their default ----

INSERT INTO e_moconfig (id, name, value, editable, moid, motype, memo) VALUES
  (800, 'SS_ENDPOINTREGISTERSUSPEND', '1', 1, 1, 1, NULL),
  (801, 'SS_ENDPOINTREGISTERRETRY', '6', 1, 1, 1, NULL),
  (802, 'SS_ENDPOINTREGISTERSUSPENDTIME', '180', 1, 1, 1, NULL),
  (803, 'SS_REPLY_UNAUTHORIZED', '1', 1, 1, 1, NULL),
  (804, 'SS_MAX_CALL_DURATION', '7200', 1, 1, 1, NULL),
  (805, 'SS_SIP_SESSION_TTL', '600', 1, 1, 1, NULL),
  (806, 'SS_SIP_NO_TIMER_REINVITE_INTERVAL', '7200', 1, 1, 1, NULL),
  (807, 'SS_BLACK_LIST_DYNAMIC_RUN_MODE', 'Global', 1, 1, 1, NULL),
  (808, 'SERVER_BILLING_RECORD_ZERO_HOLD_TIME', '1', 1, 0, 0, NULL),
  (809, 'SERVER_ALARM_CUSTOMER_BALANCE_MAX_SIZE', '500', 1, 0, 0, NULL);

-- ---- alarms: a threshold that is not set is NULL or one of the 32-bit extremes ----

INSERT INTO e_alarm_setting (id, moid, motype, starttime, stoptime, type, level, upper, lower, period, enablevoice, enableemail) VALUES
  (900, 0, 0, 0, 86399, 20000, 2, 2147483647, 30, 3600, 0, 1),
  (901, 0, 2, 0, 86399, 20007, 1, NULL, 50, 600, 0, 1),
  (902, 0, 0, 0, 86399, 20003, 0, 80, -2147483648, 60, 0, 0),
  (903, 0, 0, 0, 86399, 20018, 3, NULL, NULL, 60, 1, 1);
INSERT INTO e_alarm_current (id, moid, motype, name, type, level, starttime, stoptime, value, upper, lower, alarminfo, confirmuser,
    confirmusername, confirmtime, confirmmemo, emailtime, alarm_setting_id) VALUES
  (1001, 503, 0, 'CARRIER-C', 20000, 2, @now - 95 * @minute, NULL, 24.1, 2147483647, 30, 'answer ratio below the limit', NULL, NULL, NULL, NULL, @now - 90 * @minute, 900),
  (1002, 104, 2, '1004', 20007, 1, @now - 7 * @hour, NULL, 12.4, NULL, 50, NULL, 'noc1', 'Noa Example', @now - 6 * @hour, 'customer informed', NULL, 901),
  (1003, 0, 0, 'sw1', 20003, 0, @now - 12 * @minute, NULL, 81.5, 80, -2147483648, NULL, NULL, NULL, NULL, NULL, NULL, 902),
  (1004, 0, 0, 'callserviced', 20018, 3, @now - 26 * @minute, NULL, 2147483647, NULL, NULL, 'process terminated', NULL, NULL, NULL, NULL, NULL, 903),
  (1005, 402, 44, 'CUST-BRAVO', 20014, 1, @now - 40 * @minute, NULL, 9.7, NULL, 15, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  (1006, 0, 0, '192.0.2.66', 20020, 2, @now - 3 * @minute, @now - @minute, 118, 20, NULL, 'calls from an address of no gateway', NULL, NULL, NULL, NULL, NULL, NULL),
  (1007, 0, 0, '/home 磁盘', 20005, 1, @now - 2 * @day, NULL, 91.25, 90, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  (1008, NULL, NULL, 'clock', 20021, 0, @now - 30 * @hour, NULL, -2.5, 2, -2, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO e_alarm_history (id, moid, motype, name, type, level, starttime, stoptime, value, upper, lower, confirmuser, confirmusername,
    confirmtime, confirmmemo, clearuser, clearusername, cleartime)
  SELECT 2000 + s.seq, 501 + s.seq % 5, 0, CONCAT('CARRIER-', CHAR(65 + s.seq % 5)), ELT(1 + s.seq % 3, 20000, 20001, 20002), s.seq % 4,
    @now - s.seq * 7 * @hour, @now - s.seq * 7 * @hour + (5 + s.seq % 50) * @minute, 10 + s.seq % 20, NULL, 30,
    IF(s.seq % 3 = 0, 'noc2', NULL), IF(s.seq % 3 = 0, 'Kim Example', NULL), IF(s.seq % 3 = 0, @now - s.seq * 7 * @hour + 3 * @minute, NULL), NULL,
    IF(s.seq % 4 = 0, 'noc1', NULL), IF(s.seq % 4 = 0, 'Noa Example', NULL), IF(s.seq % 4 = 0, @now - s.seq * 7 * @hour + 60 * @minute, NULL)
  FROM seq_1_to_60 s;

-- ---- system log: the youngest row is the moment of loading ----

INSERT INTO e_syslog (id, type, time, source, event, format, memo, infoold, infonew)
  SELECT 3000 + s.seq, IF(s.seq % 9 = 0, 0, IF(s.seq % 4 = 0, 1, 2)), @now - (80 - s.seq) * 17 * @minute,
    ELT(1 + s.seq % 4, 'noc1', 'noc2', 'admin', 'system'), ELT(1 + s.seq % 5, 101, 102, 210, 305, 400),
    ELT(1 + s.seq % 5, 'User %s logged in from %s', 'User %s logged out', 'Modify mapping gateway %s', 'Process %s restarted', 'Pay %s to account %s'),
    ELT(1 + s.seq % 5, 'noc1,198.18.0.2', 'noc2', 'CUST-DELTA', 'callserviced', '100.00,1004'),
    IF(s.seq % 5 = 2, 'capacity=4', NULL), IF(s.seq % 5 = 2, 'capacity=6', NULL)
  FROM seq_1_to_80 s;
INSERT INTO e_payhistory (id, customeraccount, customername, paymoney, customermoney, time, type, paytype, loginname, memo)
  SELECT 4000 + s.seq, c.account, c.name, 100 * (1 + s.seq % 5), c.money, @now - s.seq * 9 * @hour, IF(s.seq % 11 = 0, 1, 0),
    IF(s.seq % 2, 0, 5), ELT(1 + s.seq % 2, 'billing', 'admin'), IF(s.seq % 7 = 0, 'bank transfer', NULL)
  FROM seq_1_to_40 s JOIN e_customer c ON c.id = 101 + s.seq % 4;
INSERT INTO e_consumption (id, account, accountname, money, remainmoney, time, type, comsumptionname)
  SELECT 4100 + s.seq, '1007', 'Golf Offices', 5, 87.15, @now - s.seq * 30 * @day, 1, CONCAT('1555010', s.seq) FROM seq_0_to_5 s;

-- the product's report of each day that is over, back to nine days ago: about the same every week
SET @today = UNIX_TIMESTAMP(CURDATE()) * 1000;
INSERT INTO e_reportcustomerfee (date, count, calllevel, fee, tax, feetime, suitefee, suitefeetime, customeraccount, customername)
  SELECT @today - s.seq * @day, a.calls + s.seq % 3, a.level, a.fee + s.seq % 2, 0, a.calls * 90, 0, 0, a.account, c.name
  FROM seq_1_to_9 s JOIN (
    SELECT '1001' AS account, 4 AS level, 5200 AS calls, 148.2 AS fee UNION ALL SELECT '1001', 5, 1700, 61.4
    UNION ALL SELECT '1002', 5, 3100, 96.3 UNION ALL SELECT '1003', 4, 900, 41.9 UNION ALL SELECT '1004', 5, 420, 38.2
    UNION ALL SELECT '1007', 2, 40, 3.0) a JOIN e_customer c ON c.account = a.account;

-- the same of calls by hour, and of areas that were called; today's as far as the day has come
INSERT INTO e_reportgatewaymappingasracd (date, hour, gatewayid, ip, callcount, callreply, callestablished, callduration)
  SELECT @today - d.seq * @day, h.seq, 'CUST-ALPHA', '203.0.113.10', 300 + 7 * h.seq, 140, 200, 14000
  FROM seq_0_to_9 d JOIN seq_0_to_23 h WHERE d.seq > 0 OR h.seq < HOUR(NOW());
INSERT INTO e_reportgatewayroutinglocationasracd (date, type, areacode, gatewayid, ip, callcount, callreply, callestablished, callduration)
  SELECT @today - d.seq * @day, 0, ELT(1 + a.seq, '1555', '4420', '49'), 'CARRIER-A', '192.0.2.10', 400, 200, 300, 20000
  FROM seq_1_to_9 d JOIN seq_0_to_2 a;

-- ---- lists ----

INSERT INTO e_limit_e164_group (id, name, memo) VALUES (5000, 'premium-rate', 'refused callees'), (5001, 'complaints', NULL);
INSERT INTO e_limit_e164 (id, e164, memo, limit_e164_group_id)
  SELECT 5010 + s.seq, CONCAT('4490', LPAD(s.seq, 2, '0')), NULL, 5000 FROM seq_1_to_20 s;
INSERT INTO e_system_limit_e164 (id, e164, memo) VALUES (5040, '8810', 'satellite'), (5041, '8820', NULL);
INSERT INTO e_ip_limit (ip, count, area, memo) VALUES ('192.0.2.0', 256, 'test range', NULL);
INSERT INTO e_autoclean (id, type, enabled, content, expiredays) VALUES (5050, 0, 1, 1, 90), (5051, 1, 1, 1, 365);
