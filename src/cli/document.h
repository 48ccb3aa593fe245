// SPDX-License-Identifier: MIT

// Reports to standard output and into files.
#ifndef CLI_DOCUMENT_H
#define CLI_DOCUMENT_H

#include "checklist/report.h"
#include "table/write.h"

void document_print(const struct report *report, enum format format);

// In the form that the file's ending says, whole or not at all: beside the file first, then in its
// place. False: it was said on standard error.
bool document_save(const char *path, const struct report *report);

#endif
