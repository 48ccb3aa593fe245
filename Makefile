# SPDX-License-Identifier: MIT
# nocdesk: make · make demo · make test · make lint · make bench · make install

NAME    := nocdesk
VERSION := $(shell cat VERSION)

# Folders of src in the order of who may include whom; each is one archive, so that the linker checks it too.
LAYERS := base table conf store link meter probe fleet replay action checklist notice tui cli

PKGS    := ncursesw libssh mysqlclient libpcap inih jansson libcurl libcrypto sqlite3 zlib
PREFIX  ?= /usr/local
DESTDIR ?=
B       := build$(if $(SAN),/san,)$(if $(TSAN),/tsan,)$(if $(FUZZ),/fuzz,)

CC ?= gcc
WARN := -Wall -Wextra -Werror -Wshadow -Wformat=2 -Wstrict-prototypes -Wmissing-prototypes \
	-Wold-style-definition -Wpointer-arith -Wcast-qual -Wwrite-strings -Wundef -Wvla -Wconversion
HARDEN := -fstack-protector-strong -fPIE
LDHARDEN := -pie -Wl,-z,relro,-z,now -Wl,-z,noexecstack

CFLAGS ?= -O2 -g
ifneq ($(SAN),)
CFLAGS := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
else ifneq ($(TSAN),)
CC := clang
CFLAGS := -O1 -g -fsanitize=thread -fno-omit-frame-pointer
else
HARDEN += -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
endif

PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
PKG_LIBS   := $(shell pkg-config --libs $(PKGS) 2>/dev/null)
ALL_CFLAGS := -std=c11 -D_GNU_SOURCE -Isrc $(WARN) $(HARDEN) -ffile-prefix-map=$(CURDIR)=. \
	-DNOCDESK_VERSION='"$(VERSION)"' -MMD -MP $(PKG_CFLAGS) $(CFLAGS)
LDLIBS := $(PKG_LIBS) -pthread -lm

EMBED := $(sort $(wildcard src/profiles/*/*.ini src/profiles/*/checklists/*.ini themes/*.ini keymaps/*.ini))

layer_src = $(sort $(wildcard src/$(1)/*.c))
layer_obj = $(patsubst src/%.c,$(B)/obj/%.o,$(call layer_src,$(1)))
ARCHIVES  := $(foreach l,$(LAYERS),$(B)/lib$(l).a)

# V=1 shows the commands.
say = $(if $(V),,@printf '  %-5s %s\n' $(1) $(2);)

# Languages: what translators write is po/NAME.po; docs/languages.md.
LANGUAGES := $(basename $(notdir $(wildcard po/*.po)))
CATALOGS  := $(patsubst %,$(B)/locale/%/LC_MESSAGES/$(NAME).mo,$(LANGUAGES))

.PHONY: pot po pseudo pictures all deps test-deps demo test unit-test lab-test tui-test lint bench bench-tools fuzz nightly soak install clean format unit docs print-cflags
all: $(B)/$(NAME) $(CATALOGS)

$(B)/$(NAME): $(B)/obj/main.o $(ARCHIVES)
	$(call say,LINK,$@)$(CC) $(CFLAGS) $(LDHARDEN) $(LDFLAGS) -o $@ $< $(call link_with,cli) $(LDLIBS)

$(CATALOGS): $(B)/locale/%/LC_MESSAGES/$(NAME).mo: po/%.po
	@mkdir -p $(@D)
	$(call say,LANG,$@)msgfmt --check -o $@ $<

$(B)/obj/%.o: src/%.c Makefile VERSION
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(ALL_CFLAGS) -c -o $@ $<

define layer_rule
$(B)/lib$(1).a: $(call layer_obj,$(1)) $(if $(filter conf,$(1)),$(B)/obj/conf/embedded_files.o)
	@rm -f $$@
	$(call say,AR,$$@)ar rcs $$@ $$^
endef
$(foreach l,$(LAYERS),$(eval $(call layer_rule,$(l))))

# The archives of a layer and of all below it, in link order.
upto = $(if $(filter $(1),$(firstword $(2))),$(firstword $(2)),$(firstword $(2)) $(call upto,$(1),$(wordlist 2,$(words $(2)),$(2))))
reverse = $(if $(1),$(call reverse,$(wordlist 2,$(words $(1)),$(1))) $(firstword $(1)))
link_with = $(patsubst %,$(B)/lib%.a,$(call reverse,$(call upto,$(1),$(LAYERS))))

# The texts of the sources and of the shipped INI files; into the catalogs; one of long words, for trying layouts.
pot: $(B)/ini_texts
	@tools/languages pot po/$(NAME).pot
po: pot
	@tools/languages merge po/*.po
pseudo: $(B)/locale/en@pseudo/LC_MESSAGES/$(NAME).mo
$(B)/locale/en@pseudo/LC_MESSAGES/$(NAME).mo: po/$(NAME).pot tools/languages
	@mkdir -p $(@D)
	$(call say,LANG,$@)tools/languages pseudo po/$(NAME).pot | msgfmt --check -o $@ -
$(B)/ini_texts: tools/ini_texts.c $(call link_with,conf)
	@mkdir -p $(@D)
	$(call say,TOOL,$@)$(CC) $(ALL_CFLAGS) $(LDHARDEN) -o $@ $< $(call link_with,conf) $(LDLIBS)

$(B)/embedded_files.c: $(EMBED) tools/embed
	@mkdir -p $(@D)
	tools/embed $(EMBED) > $@.new && mv $@.new $@

$(B)/obj/conf/embedded_files.o: $(B)/embedded_files.c
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(ALL_CFLAGS) -Wno-overlength-strings -c -o $@ $<

# Unit tests: tests/unit/LAYER_*_test.c is linked with that layer and the ones below it only.
UNIT := $(patsubst tests/unit/%.c,$(B)/tests/unit/%,$(sort $(wildcard tests/unit/*_test.c)))
unit_layer = $(firstword $(subst _, ,$(notdir $(1))))

define unit_rule
$(1): tests/unit/$(notdir $(1)).c $(call link_with,$(call unit_layer,$(1)))
	@mkdir -p $$(@D)
	$(call say,TEST,$$@)$(CC) $(ALL_CFLAGS) -Itests/unit $(shell pkg-config --cflags cmocka 2>/dev/null) $(LDHARDEN) -o $$@ $$< \
		$(call link_with,$(call unit_layer,$(1))) $(LDLIBS) -lcmocka
endef
$(foreach t,$(UNIT),$(eval $(call unit_rule,$(t))))

unit: $(UNIT)

# The console on a fleet of canned data, for the screen tests.
.PHONY: tests-tui-driver
DRIVER_SOURCES := tests/tui/driver.c tests/tui/fake_fleet.c tests/tui/fake_action.c src/fleet/outcome.c src/fleet/snapshot.c
tests-tui-driver: $(B)/tests/tui/driver $(B)/tests/tui/replay_driver $(CATALOGS) pseudo
$(B)/tests/tui/replay_driver: tests/tui/replay_driver.c $(call link_with,tui)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(LDHARDEN) -o $@ $< $(call link_with,tui) $(LDLIBS)
$(B)/tests/tui/driver: $(DRIVER_SOURCES) tests/tui/fake_fleet.h tests/tui/fake_action.h \
		$(filter-out %/libfleet.a,$(call link_with,tui))
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -Itests/tui $(LDHARDEN) -o $@ $(DRIVER_SOURCES) \
		$(filter-out %/libfleet.a,$(call link_with,tui)) $(LDLIBS)

# Bench programs: tests/bench/LAYER_*_bench.c, linked in the same way.
BENCH := $(patsubst tests/bench/%.c,$(B)/tests/bench/%,$(sort $(wildcard tests/bench/*_bench.c)))

define bench_rule
$(1): tests/bench/$(notdir $(1)).c $(call link_with,$(call unit_layer,$(1)))
	@mkdir -p $$(@D)
	$(call say,BENCH,$$@)$(CC) $(ALL_CFLAGS) $(LDHARDEN) -o $$@ $$< $(call link_with,$(call unit_layer,$(1))) $(LDLIBS)
endef
$(foreach t,$(BENCH),$(eval $(call bench_rule,$(t))))

# The floor of all meters, with nothing but libpcap; and what replays a capture into an interface, for live
# measurements: tests/bench/veth.
bench-tools: $(B)/tests/bench/pcap_floor $(B)/tests/bench/live_send
$(B)/tests/bench/pcap_floor: tests/bench/pcap_floor.c
	@mkdir -p $(@D)
	$(call say,BENCH,$@)$(CC) $(ALL_CFLAGS) $(LDHARDEN) -o $@ $< -lpcap
$(B)/tests/bench/live_send: tests/bench/live_send.c
	@mkdir -p $(@D)
	$(call say,BENCH,$@)$(CC) $(ALL_CFLAGS) $(LDHARDEN) -o $@ $<

bench: test-deps
	@$(MAKE) --no-print-directory all tests-tui-driver $(BENCH) bench-tools
	@tests/bench/run

# libFuzzer targets: tests/fuzz/LAYER_*_fuzz.c; FUZZ_SECONDS each.
FUZZ_SECONDS ?= 60
FUZZERS := $(patsubst tests/fuzz/%.c,build/fuzz/%,$(sort $(wildcard tests/fuzz/*_fuzz.c)))
build/fuzz/%_fuzz: tests/fuzz/%_fuzz.c $(wildcard src/*/*.c) $(B)/embedded_files.c
	@mkdir -p $(@D)
	$(call say,FUZZ,$@)clang -std=c11 -D_GNU_SOURCE -Isrc -g -O1 -fsanitize=fuzzer,address,undefined -DNOCDESK_VERSION='"$(VERSION)"' $(PKG_CFLAGS) -o $@ $< $(B)/embedded_files.c \
		$(foreach l,$(patsubst build/lib%.a,%,$(patsubst $(B)/lib%.a,%,$(call link_with,$(firstword $(subst _, ,$*))))),$(call layer_src,$(l))) $(LDLIBS)
fuzz: $(FUZZERS)
	@for f in $(FUZZERS); do seeds=tests/fuzz/seeds/$$(basename $$f _fuzz); mkdir -p $$f.corpus; [ -d $$seeds ] || seeds=; \
		$$f -max_total_time=$(FUZZ_SECONDS) -timeout=5 -close_fd_mask=1 -print_final_stats=0 $$f.corpus $$seeds || exit 1; done
nightly:
	@$(MAKE) --no-print-directory fuzz FUZZ_SECONDS=300

deps:
	@tools/install-packages build
test-deps:
	@tools/install-packages build test

test: test-deps
	@tools/run-tests

# Legitimate traffic in the lab for so long: the meter may accuse nobody.
SOAK_MINUTES ?= 60
soak: test-deps
	@$(MAKE) --no-print-directory all
	@tests/lab/soak $(SOAK_MINUTES)

demo: test-deps
	@$(MAKE) --no-print-directory all
	@tests/lab/demo

# Every screen in every theme, to be looked at: docs/themes.md.
pictures: test-deps
	@$(MAKE) --no-print-directory all tests-tui-driver
	@tools/pictures

lint: test-deps
	@tools/lint

print-cflags:
	@echo $(filter-out -Werror -MMD -MP,$(ALL_CFLAGS))

format:
	clang-format -i $(wildcard src/*.c src/*/*.c src/*/*.h tests/*/*.c tests/*/*.h)

# Pages of docs/ and completions/ that are made from the registries.
docs:
	@tools/check-generated --write

build/docs build/completions: build/%: tools/%.c $(call link_with,cli)
	@mkdir -p $(@D)
	$(call say,DOCS,$@)$(CC) $(ALL_CFLAGS) $(LDHARDEN) -o $@ $< $(call link_with,cli) $(LDLIBS)

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/nocdesk/themes \
		$(DESTDIR)$(PREFIX)/share/nocdesk/keymaps $(DESTDIR)$(PREFIX)/share/nocdesk/replay/morning \
		$(DESTDIR)$(PREFIX)/share/man/man1 \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions \
		$(DESTDIR)$(PREFIX)/share/zsh/site-functions $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
	install -m 755 $(B)/$(NAME) $(DESTDIR)$(PREFIX)/bin/$(NAME)
	install -m 644 themes/*.ini $(DESTDIR)$(PREFIX)/share/nocdesk/themes/
	install -m 644 keymaps/*.ini $(DESTDIR)$(PREFIX)/share/nocdesk/keymaps/
	install -m 644 replay/morning/*.jsonl.gz $(DESTDIR)$(PREFIX)/share/nocdesk/replay/morning/
	for l in $(LANGUAGES); do install -D -m 644 $(B)/locale/$$l/LC_MESSAGES/$(NAME).mo \
		$(DESTDIR)$(PREFIX)/share/locale/$$l/LC_MESSAGES/$(NAME).mo; done
	install -m 644 docs/nocdesk.1 $(DESTDIR)$(PREFIX)/share/man/man1/nocdesk.1
	install -m 644 completions/nocdesk.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/nocdesk
	install -m 644 completions/_nocdesk $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_nocdesk
	install -m 644 completions/nocdesk.fish $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/nocdesk.fish

clean:
	rm -rf build

-include $(shell find $(B) -name '*.d' 2>/dev/null)
