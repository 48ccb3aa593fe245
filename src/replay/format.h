// SPDX-License-Identifier: MIT

// A recording: a folder of segments 000001.jsonl.gz, 000002.jsonl.gz …, each whole in itself. One
// JSON object a line; t is in ms since the recording began. Private to this folder.
//
// The first line of a segment:
//   {"nocdesk":"recording","version":1,"program":"0.1","t":T,"start_ms":EPOCH_MS,"masked":false,
//    "hosts":[{"name":"sw1","options":{"environment":"prod",…}},…]}
// Then, as things happen (h is the host's place among the hosts):
//   {"t":T,"h":0,"state":"live","error":…,"retry_in_ms":…,"age_ms":…,"peer":…,"notes":…,"rtt_ms":…}
//   {"t":T,"h":0,"p":"gateways","read":T,"took_us":…,"period_ms":…,"source":…,"attempts":…,
//    "note":…,"blind":…,"error":…,"fallback":true,"settling":true,"loading":true,"pct":…,"progress":…,
//    "tables":[READING,…]}              what is left out is empty, false or none; see rows.h
//   {"t":T,"h":0,"facts":TEXT}          what the host said to the script of [facts]
//   {"t":T,"end":true}                  nothing was lost up to here
// A segment begins with all that is known then, so that reading may begin there. Readers pass over
// what they do not know; a version above theirs they refuse. A last line without its end, or a
// compressed stream that breaks off, is where the power went: what stands before counts.
#ifndef REPLAY_FORMAT_H
#define REPLAY_FORMAT_H

#define FORMAT_NAME    "recording"
#define FORMAT_VERSION 1
#define FORMAT_SEGMENT "%06u.jsonl.gz"

#endif
