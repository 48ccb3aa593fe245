# SPDX-License-Identifier: MIT

"""The endpoints of the external interface: each takes the request object and returns the answer's fields."""

import threading
import time

import core
import tables

NOT_FOUND = -10007
ADDRESS = "127.0.0.1"


class Refused(Exception):
    """An answer with a retCode other than 0."""

    def __init__(self, code, text):
        super().__init__(text)
        self.code = code


def not_found():
    return Refused(NOT_FOUND, "Not found, operation failed.")


def present(**fields):
    """Optional fields are absent when they have no value."""
    return {name: value for name, value in fields.items() if value is not None}


def listed(name, items):
    return {name: items} if items else {}


# ---- calls ----

def call_info(one, now):
    answered = one.time_ms("answer")
    silent = {"rtpPackets": 0, "rtpBytes": 0, "rtpDuration": 0}
    codecs = one.get("codecs2").split(",")[0] if answered else ""
    return {
        "callId": one.call_id, "callerE164": one.get("caller"), "calleeE164": one.get("callee"),
        "callerGatewayId": one.get("mapping"), "calleeGatewayId": one.get("routing"),
        "connectedTime": answered or one.time_ms("t0"),
        "keepTime": max(now - answered, 0) if answered else int(one.get("state") or -7),
        "callCodec": codecs, "callerCodec": one.get("codecs"), "calleeCodec": one.get("codecs2"),
        "callerRtpIp": one.get("rtp"), "calleeRtpIp": one.get("rtp2"),
        "callerReceiveDtmf": 10, "callerSendDtmf": 10, "calleeReceiveDtmf": 10, "calleeSendDtmf": 10,
        "callerInfoRtpFlowAudio": silent, "calleeInfoRtpFlowAudio": silent,
        "callerInfoRtpFlowVideo": silent, "calleeInfoRtpFlowVideo": silent,
        "callerTerminal": one.get("ua"), "calleeTerminal": one.get("ua2"),
        "callerCryptoType": 0, "calleeCryptoType": 0, "callerLocalIp": ADDRESS, "calleeLocalIp": ADDRESS,
        "rtpRouted": False,
    }


def wanted(request, one):
    return (one.get("caller") in request.get("callerE164s", [one.get("caller")])
            and one.get("callee") in request.get("calleeE164s", [one.get("callee")])
            and one.get("mapping") == request.get("gatewayMappingName", one.get("mapping"))
            and one.get("routing") == request.get("gatewayRoutingName", one.get("routing")))


def get_current_call(request):
    now = tables.now_ms()
    return listed("infoCurrentCalls", [call_info(one, now) for one in core.calls() if wanted(request, one)])


def disconnect_current_call(request):
    ids = {int(one) for one in request.get("callIds", [])}
    found = [one for one in core.calls() if one.call_id in ids]
    if not found:
        raise not_found()
    for one in found:
        core.hang_up(one)
    tables.log_event(501, "Disconnect call %s", ",".join(str(one.call_id) for one in found))
    return {}


def get_performance(_request):
    return {"infoPerformance": {"callSize": core.call_count(), "cdrQueueSize": core.cdr_queue()}}


# ---- alarms ----

def get_alarm_current(_request):
    found = tables.rows("SELECT * FROM e_alarm_current ORDER BY id")
    return listed("infoAlarmCurrents", [present(
        id=row["id"], type=row["type"], level=row["level"], name=row["name"] or "", startTime=row["starttime"],
        stopTime=row["stoptime"], value=row["value"], upper=row["upper"], lower=row["lower"],
        confirmUser=row["confirmuser"], confirmTime=row["confirmtime"],
        memo=row["confirmmemo"] or row["alarminfo"] or "") for row in found])


def create_alarm(request):
    if not request.get("name"):
        raise Refused(-1, "name is missing")
    tables.write(
        "INSERT INTO e_alarm_current (id, moid, motype, name, type, level, starttime, stoptime, value, upper, lower, alarminfo) "
        "SELECT COALESCE(MAX(id), 0) + 1, 0, 0, %s, 21000, %s, %s, %s, %s, %s, %s, %s FROM e_alarm_current",
        request["name"], int(request.get("level", 0)), int(request.get("startTime", tables.now_ms())),
        request.get("stopTime"), float(request.get("value", 2147483647)), request.get("upper"),
        request.get("lower"), request.get("alarmInfo"))
    return {}


# ---- gateways ----

_quality = {}
_quality_lock = threading.Lock()


def quality(column):
    """Kept for 5 s: the product counts in memory, here it is a query."""
    with _quality_lock:
        taken, kept = _quality.get(column, (0, None))
        if time.monotonic() - taken > 5 or kept is None:
            kept = tables.quality(column)
            _quality[column] = (time.monotonic(), kept)
        return kept


def ratio(part, whole):
    return round(part / whole, 4) if whole else 0.0


def online(row, sums, calls):
    return {
        "id": row["id"], "name": row["name"], "currentCall": calls.get(row["name"], 0), "capacity": row["capacity"] or 0,
        "asr": ratio(sums.get("answered", 0), sums.get("attempts", 0)),
        "acd": round(sums["talk"] / sums["answered"]) if sums.get("answered") else 0,
        "localIp": ADDRESS, "registerTime": 0, "updateTime": 0, "keepTime": 0, "cryptoType": 0,
        "softswitchName": "MBX1", "softswitchIp": ADDRESS,
    }


def named(table, request):
    """Rows of a gateway table, those named in the request or all."""
    if "names" not in request:
        return tables.rows(f"SELECT g.* FROM {table} g ORDER BY id")
    names = request["names"]
    return tables.rows(f"SELECT g.* FROM {table} g WHERE name IN ({tables.marks(names)}) ORDER BY id", *names)


def live_calls(fact):
    count = {}
    for one in core.calls():
        count[one.get(fact)] = count.get(one.get(fact), 0) + 1
    return count


def get_gateway_routing_online(request):
    calls, sums, resting = live_calls("routing"), quality("calleegatewayid"), core.table("retry")
    found = []
    for row in named("e_gatewayrouting", request):
        if row["locktype"]:
            continue
        own = sums.get(row["name"], {})
        info = online(row, own, calls)
        info["prefix"] = row["prefix"] or ""
        info["remoteIp"] = (row["remoteips"] or "").split(",")[0]
        info["responseRatio"] = ratio(own.get("replied", 0), own.get("attempts", 0))
        info["connectedRatio"] = ratio(own.get("connected", 0), own.get("attempts", 0))
        info["retryAfter"] = max(int(resting.get(row["name"], 0)) * 1000 - tables.now_ms(), 0)
        found.append(info)
    return listed("infoGatewayRoutingOnlines", found)


def get_gateway_mapping_online(request):
    calls, sums = live_calls("mapping"), quality("callergatewayid")
    found = []
    for row in named("e_gatewaymapping", request):
        if row["locktype"]:
            continue
        info = online(row, sums.get(row["name"], {}), calls)
        info["remoteIps"] = row["remoteips"] or ""
        found.append(info)
    return listed("infoGatewayMappingOnlines", found)


def accounts_by_id():
    return {row["id"]: row for row in tables.rows("SELECT id, account, name FROM e_customer")}


def gateway_common(row):
    return dict(
        name=row["name"], lockType=row["locktype"], callLevel=row["calllevel"], capacity=row["capacity"],
        priority=row["priority"], password=row["password"], customerPassword=row["customerpassword"],
        gatewayGroups=row["gatewaygroups"], rtpForwardType=row["rtpforwardtype"], memo=row["memo"])


def get_gateway_mapping(request):
    owners = accounts_by_id()
    found = []
    for row in named("e_gatewaymapping", request):
        owner = owners.get(row["customer_id"], {})
        found.append(present(
            **gateway_common(row), registerType=row["registertype"], remoteIps=row["remoteips"],
            routingGatewayGroups=row["routinggatewaygroups"], account=owner.get("account"), accountName=owner.get("name")))
    return listed("infoGatewayMappings", found)


def get_gateway_routing(request):
    owners = accounts_by_id()
    found = []
    for row in named("e_gatewayrouting", request):
        owner = owners.get(row["clearingcustomer_id"], {})
        found.append(present(
            **gateway_common(row), prefix=row["prefix"], prefixStyle=row["prefixstyle"], registerType=row["iptype"],
            remoteIp=row["remoteips"], signalPort=row["signalport"], signalPortLocal=row["signalportlocal"],
            protocol=row["protocol"], encrypt=row["encrypt"], clearingAccount=owner.get("account")))
    return listed("infoGatewayRoutings", found)


# ---- phones ----

def get_all_phone_online(_request):
    return listed("e164s", sorted(core.registrations()))


def get_phone_online(request):
    if "e164s" not in request:
        raise Refused(-1, "e164s is missing")
    online_phones, calls = core.registrations(), live_calls("caller")
    found = []
    for number in request["e164s"]:
        if number not in online_phones:
            continue
        phone = online_phones[number]
        found.append({
            "e164": number, "currentCall": calls.get(number, 0), "remoteIp": phone["address"], "localIp": ADDRESS,
            "registerTime": phone["since_s"] * 1000, "updateTime": phone["updated_s"] * 1000, "protocol": 1,
            "cryptoType": 0, "productId": phone["device"]})
    return listed("infoPhoneOnlines", found)


def get_phone(request):
    key, values = ("c.account", request["accounts"]) if "accounts" in request else ("p.e164", request.get("e164s", []))
    found = tables.rows(
        "SELECT p.*, c.account AS account FROM e_phone p LEFT JOIN e_customer c ON c.id = p.customer_id "
        f"WHERE {key} IN ({tables.marks(values)}) ORDER BY p.id", *values)
    return listed("infoPhones", [present(
        e164=row["e164"], account=row["account"], lockType=row["locktype"], password=row["password"],
        displayNumber=row["displaynum"], callLevel=row["calllevel"], lineCallIn=row["linecallin"],
        lineCallOut=row["linecallout"], lineCapacity=row["capacity"], calleeBilling=row["calleebilling"],
        memo=row["memo"]) for row in found])


# ---- accounts ----

def get_all_customers(request):
    found = tables.rows("SELECT account, money, limitmoney FROM e_customer ORDER BY id")
    if int(request.get("type", 0)) == 0:
        return listed("accounts", [row["account"] for row in found])
    return listed("infoCustomerBriefs", [
        {"account": row["account"], "money": row["money"] or 0.0, "limitMoney": row["limitmoney"] or 0.0} for row in found])


def customers(request):
    query = "SELECT c.*, a.account AS agent, g.name AS rates FROM e_customer c LEFT JOIN e_customer a ON a.id = c.customer_id " \
            "LEFT JOIN e_feerategroup g ON g.id = c.feerategroup_id WHERE "
    if "accounts" in request:
        values = request["accounts"]
        return tables.rows(query + f"c.account IN ({tables.marks(values)}) ORDER BY c.id", *values)
    if "e164s" in request:
        values = request["e164s"]
        return tables.rows(query + f"c.id IN (SELECT customer_id FROM e_phone WHERE e164 IN ({tables.marks(values)})) "
                           "ORDER BY c.id", *values)
    agent = request.get("filterAgentAccount")
    if isinstance(agent, dict):
        return tables.rows(query + "a.account = %s ORDER BY c.id", agent.get("filterAgentAccount", ""))
    raise Refused(-1, "accounts, e164s or filterAgentAccount is missing")


def get_customer(request):
    found = [row for row in customers(request) if "type" not in request or row["type"] == int(request["type"])]
    if not found:
        raise not_found()
    return {"infoCustomers": [present(
        account=row["account"], name=row["name"], money=row["money"] or 0.0, limitMoney=row["limitmoney"] or 0.0,
        feeRateGroup=row["rates"] or "", type=row["type"] or 0, lockType=row["locktype"] or 0, agentAccount=row["agent"] or "",
        phoneBookLimit=row["phonebooklimit"] or 0, canceled=False, startTime=row["starttime"], validTime=row["validtime"] or 0,
        todayConsumption=row["todayconsumption"] or 0.0, ctdBillingType=row["ctdbillingtype"] or 0, category=0,
        memo=row["memo"] or "") for row in found]}


def get_soft_switch(_request):
    found = []
    for row in tables.rows("SELECT * FROM e_mbx ORDER BY id"):
        info = present(name=row["name"], identification=row["vosname"], createTime=row["createtime"], memo=row["memo"] or "")
        try:
            info["accessTime"] = core.started_s() * 1000
            info["accessAddress"] = row["accessip"]
        except core.CoreError:
            pass
        found.append(info)
    return listed("infoSoftSwitches", found)


# ---- records ----

CDR_FIELDS = {
    "callerE164": "callere164", "callerAccessE164": "calleraccesse164", "callerProductId": "callerproductid",
    "callerToGatewayE164": "callertogatewaye164", "callerGateway": "callergatewayid", "callerip": "callerip",
    "calleeE164": "calleee164", "calleeAccessE164": "calleeaccesse164", "calleeProductId": "calleeproductid",
    "calleeToGatewayE164": "calleetogatewaye164", "calleeGateway": "calleegatewayid", "calleeip": "calleeip",
    "start": "starttime", "stop": "stoptime", "holdTime": "holdtime", "feeTime": "feetime", "fee": "fee",
    "feePrefix": "calleeareacode", "suiteFee": "suitefee", "suiteFeeTime": "suitefeetime", "agentFee": "agentfee",
    "agentFeeTime": "agentfeetime", "agentSuiteFee": "agentsuitefee", "agentSuiteFeeTime": "agentsuitefeetime",
    "callLevel": "calllevel", "account": "customeraccount", "accountName": "customername", "agentAccount": "agentaccount",
    "agentName": "agentname", "endDirection": "enddirection", "endReason": "endreason", "calleeBilling": "billingtype",
    "billingMode": "billingmode", "flowNo": "flowno",
}
CDR_FILTERS = {"callerE164": "callere164", "calleeE164": "calleee164", "callerGateway": "callergatewayid",
               "calleeGateway": "calleegatewayid"}
CDR_LIMIT = 1000


def day(text):
    if not (isinstance(text, str) and len(text) == 8 and text.isdigit()):
        raise Refused(-1, "beginTime and endTime are yyyyMMdd")
    return f"e_cdr_{text}"


def get_cdr(request):
    accounts = request.get("accounts") or []
    where, values = [f"customeraccount IN ({tables.marks(accounts)})"], list(accounts)
    for name, column in CDR_FILTERS.items():
        if name in request:
            where.append(f"{column} = %s")
            values.append(request[name])
    columns = ", ".join(sorted(set(CDR_FIELDS.values())))
    found = []
    for table in tables.cdr_tables(day(request.get("beginTime")), day(request.get("endTime"))):
        left = CDR_LIMIT - len(found)
        if left:
            found += tables.rows(f"SELECT {columns} FROM {table} WHERE {' AND '.join(where)} ORDER BY flowno LIMIT {left}", *values)
    return listed("infoCdrs", [present(**{name: row[column] for name, column in CDR_FIELDS.items()}) for row in found])


def moment(text):
    try:
        return int(time.mktime(time.strptime(text, "%Y%m%d%H%M%S")) * 1000)
    except (TypeError, ValueError) as error:
        raise Refused(-1, "beginTime and endTime are yyyyMMddHHmmss") from error


def get_pay_history(request):
    where, values = ["time >= %s", "time < %s"], [moment(request.get("beginTime")), moment(request.get("endTime"))]
    for name, column in (("account", "customeraccount"), ("agentAccount", "agentaccount")):
        if name in request:
            where.append(f"{column} = %s")
            values.append(request[name])
    found = tables.rows(f"SELECT * FROM e_payhistory WHERE {' AND '.join(where)} ORDER BY time DESC LIMIT 1000", *values)
    return listed("infoPayHistorys", [present(
        account=row["customeraccount"], fee=row["paymoney"], type=row["type"], payType=row["paytype"],
        customerMoney=row["customermoney"], payTime=row["time"], memo=row["memo"]) for row in found])


# ---- changes: table, key, its column, field -> (column, type), locks allowed ----

CHANGES = {
    "ModifyCustomer": ("e_customer", "account", "account", {
        "lockType": ("locktype", int), "limitMoney": ("limitmoney", float), "name": ("name", str), "type": ("type", int),
        "validTime": ("validtime", int), "phoneBookLimit": ("phonebooklimit", int), "memo": ("memo", str)}, (0, 1)),
    "ModifyPhone": ("e_phone", "e164", "e164", {
        "lockType": ("locktype", int), "password": ("password", str), "displayNumber": ("displaynum", str),
        "lineCallIn": ("linecallin", int), "lineCallOut": ("linecallout", int), "lineCapacity": ("capacity", int),
        "calleeBilling": ("calleebilling", int), "memo": ("memo", str)}, (0, 1, 2, 3)),
    "ModifyGatewayMapping": ("e_gatewaymapping", "name", "name", {
        "lockType": ("locktype", int), "capacity": ("capacity", int), "priority": ("priority", int),
        "callLevel": ("calllevel", int), "registerType": ("registertype", int), "remoteIps": ("remoteips", str),
        "password": ("password", str), "gatewayGroups": ("gatewaygroups", str), "rtpForwardType": ("rtpforwardtype", int),
        "memo": ("memo", str)}, (0, 3)),
    "ModifyGatewayRouting": ("e_gatewayrouting", "name", "name", {
        "lockType": ("locktype", int), "capacity": ("capacity", int), "priority": ("priority", int), "prefix": ("prefix", str),
        "prefixStyle": ("prefixstyle", int), "registerType": ("iptype", int), "remoteIp": ("remoteips", str),
        "signalPort": ("signalport", int), "signalPortLocal": ("signalportlocal", int), "protocol": ("protocol", int),
        "encrypt": ("encrypt", int), "rtpForwardType": ("rtpforwardtype", int), "memo": ("memo", str)}, (0, 3)),
}


def modify(name):
    table, key, column, fields, locks = CHANGES[name]

    def change(request):
        if not tables.rows(f"SELECT id FROM {table} WHERE {column} = %s", request.get(key)):
            raise not_found()
        values = {fields[field][0]: fields[field][1](value) for field, value in request.items() if field in fields}
        if values.get("locktype", locks[0]) not in locks:
            raise Refused(-1, "lockType is not one of " + ", ".join(map(str, locks)))
        if values:
            setting = ", ".join(f"{one} = %s" for one in values)
            tables.write(f"UPDATE {table} SET {setting} WHERE {column} = %s", *values.values(), request[key])
            tables.log_event(210, f"{name} %s", f"{request[key]}: " + ", ".join(
                f"{one}={value}" for one, value in values.items() if one != "password"))
            core.reload()
        return {}

    return change


ALL = {
    "GetCurrentCall": get_current_call, "DisconnectCurrentCall": disconnect_current_call, "GetPerformance": get_performance,
    "GetAlarmCurrent": get_alarm_current, "CreateAlarm": create_alarm,
    "GetGatewayRoutingOnline": get_gateway_routing_online, "GetGatewayMappingOnline": get_gateway_mapping_online,
    "GetGatewayMapping": get_gateway_mapping, "GetGatewayRouting": get_gateway_routing,
    "GetPhoneOnline": get_phone_online, "GetAllPhoneOnline": get_all_phone_online, "GetPhone": get_phone,
    "GetAllCustomers": get_all_customers, "GetCustomer": get_customer, "GetSoftSwitch": get_soft_switch,
    "GetCdr": get_cdr, "GetPayHistory": get_pay_history, **{name: modify(name) for name in CHANGES},
}
