// SPDX-License-Identifier: MIT

// The columns of the hidden probe of rates of calls.
#ifndef PROBE_RATES_COLUMNS_H
#define PROBE_RATES_COLUMNS_H

enum rates_column {
    RATES_HOST,
    RATES_CALL,
    RATES_FEE,
    RATES_PERIOD,
    RATES_COLUMNS,
};

#endif
