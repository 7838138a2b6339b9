# SPDX-License-Identifier: GPL-3.0-or-later
#
# Builds mien, its tests and its demo; nothing else builds anything. `make help` lists the targets.
#
# Settings: PREFIX, DESTDIR (install); B (build folder); CC, CXX, OPTIMISE; WERROR=1 makes warnings errors;
# V=1 shows whole commands; SANITIZE=1 builds with the address and undefined-behaviour sanitizers.

PREFIX   ?= /usr/local
B        ?= build
OPTIMISE ?= -O2
CC       ?= gcc
CXX      ?= g++
WERROR   ?=
SANITIZE ?=
V        ?=

# ---- Nothing to change below ----------------------------------------------------------------------------------

Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-5s %s\n' $(1) $(2))

VERSION := 0.1.0
PACKAGES := lua5.4 readline gsl sqlite3 libavformat libavcodec libavutil libswscale dlib-1 cmocka

, := ,
WARNINGS   := -Wall -Wextra -Wshadow -Wconversion -Wformat=2 -Wvla $(if $(WERROR),-Werror)
C_WARNINGS := -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition
SANITIZERS := $(if $(SANITIZE),-fsanitize=address$(,)undefined -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
CPPFLAGS_ALL = -Isrc -D_GNU_SOURCE -DMIEN_VERSION='"$(VERSION)"' $(CPPFLAGS)
CFLAGS_ALL   = -std=c17 $(OPTIMISE) -g -fPIC -pthread $(WARNINGS) $(C_WARNINGS) $(SANITIZERS) $(CFLAGS)
CXXFLAGS_ALL = -std=c++17 -O3 -g -fPIC -pthread $(WARNINGS) $(SANITIZERS) $(CXXFLAGS)
LDFLAGS_ALL  = -pthread $(SANITIZERS) $(LDFLAGS)

pkg = $(shell pkg-config $(1) $(2) 2>/dev/null)
INCLUDES = $(call pkg,--cflags,lua5.4) $(call pkg,--cflags,libavcodec)
LIBS_lua   = $(call pkg,--libs,lua5.4)
LIBS_shell = $(call pkg,--libs,readline)
LIBS_video = $(call pkg,--libs,libavformat libavcodec libswscale libavutil)
LIBS_face  = $(call pkg,--libs,dlib-1)
LIBS_detector = $(LIBS_face)
LIBS_model = $(LIBS_face)
LIBS_stats = $(call pkg,--libs,gsl)
LIBS_store = $(call pkg,--libs,sqlite3)

# OpenCV brings the flow of movement beyond landmarks; Debian 12 has no pkg-config file for it. Without it the
# build goes on, and measure.movement says what to install.
OPENCV := $(firstword $(patsubst %/opencv2/video/tracking.hpp,%,$(wildcard \
    /usr/include/opencv4/opencv2/video/tracking.hpp /usr/local/include/opencv4/opencv2/video/tracking.hpp)))
LIBS_movement = $(if $(OPENCV),-lopencv_video -lopencv_core)
# Its dnn runs networks from elsewhere; without it model.onnx says what to install.
OPENCV_DNN := $(firstword $(patsubst %/opencv2/dnn.hpp,%,$(wildcard \
    /usr/include/opencv4/opencv2/dnn.hpp /usr/local/include/opencv4/opencv2/dnn.hpp)))
LIBS_onnx = $(if $(OPENCV_DNN),-lopencv_dnn -lopencv_core)

# The program itself holds what every session uses. What links a heavy library is a shared object of its own,
# loaded when its module is first used, so that the prompt appears at once.
PLUGINS := video face stats cohort sim detector model $(if $(OPENCV),movement) $(if $(OPENCV_DNN),onnx)

STORE_SOURCES  := $(wildcard src/table/store*.c src/table/extract*.c)
SOURCES_video  := $(wildcard src/video/*.c) src/lua/video.c
# Points without pictures: measures, which the program itself holds, use these.
POINT_SOURCES  := $(addprefix src/face/,track.c eye.c head.c variation.c pose.c frontal.c)
SOURCES_detector := src/face/detector_maker.cc
SOURCES_face   := $(filter-out $(POINT_SOURCES) $(SOURCES_detector),$(wildcard src/face/*.c src/face/*.cc)) \
    $(wildcard src/lua/face*.c src/lua/track*.c)
SOURCES_stats  := $(wildcard src/stats/*.c src/lua/stats*.c)
SOURCES_cohort := $(STORE_SOURCES) $(wildcard src/lua/cohort*.c)
SOURCES_sim    := $(wildcard src/sim/*.c) src/lua/sim.c
SOURCES_model  := $(wildcard src/model/*.c src/model/*.cc src/lua/model*.c)
SOURCES_movement := $(wildcard src/movement/*.c src/movement/*.cc src/lua/movement*.c)
SOURCES_onnx   := $(wildcard src/onnx/*.c src/onnx/*.cc) src/lua/onnx.c
PLUGIN_SOURCES := $(wildcard $(foreach p,$(PLUGINS) movement onnx,$(SOURCES_$(p))))
PROGRAM_SOURCES := $(filter-out $(PLUGIN_SOURCES),\
    $(POINT_SOURCES) $(wildcard src/base/*.c src/table/*.c src/measure/*.c src/plot/*.c src/lua/*.c src/shell/*.c))

objects = $(patsubst src/%,$(B)/obj/%.o,$(wildcard $(1)))
PLUGIN_FILES := $(foreach p,$(PLUGINS),$(if $(wildcard src/$(p)/*.c $(SOURCES_$(p))),$(B)/lib/mien/libmien-$(p).so))

all: $(B)/mien plugins share
plugins: $(PLUGIN_FILES)

# The build folder looks like an installation, so the program finds its Lua half the same way in both.
share: $(foreach d,lua data models,$(B)/share/mien/$(d))
$(B)/share/mien/%: | %
	$(Q)mkdir -p $(B)/share/mien
	$(Q)ln -sfn $(CURDIR)/$* $@

$(B)/mien: $(call objects,$(PROGRAM_SOURCES))
	$(call say,LINK,$@)
	$(Q)$(CC) $(LDFLAGS_ALL) -Wl,-E -o $@ $^ $(LIBS_lua) $(LIBS_shell) -ldl -lm

# FFmpeg needs some hundred libraries. Loaded all at once, each of their symbols is looked for in all of them;
# loaded from the bottom up, in its own library's needs alone, which takes a quarter less time. What is missing
# from the list only costs that time.
FFMPEG_FOLDER := $(shell pkg-config --variable=libdir libavcodec 2>/dev/null)
LOAD_FIRST := $(shell for l in avutil avcodec avformat; do \
    readelf -d $(FFMPEG_FOLDER)/lib$$l.so 2>/dev/null | \
        sed -n 's/.*(NEEDED).*\[\(lib.*\)\]/\1/p' | grep -Ev '^lib(c|m|av[a-z]*|sw[a-z]*)\.so'; \
    readelf -d $(FFMPEG_FOLDER)/lib$$l.so 2>/dev/null | sed -n 's/.*(SONAME).*\[\(.*\)\]/\1/p'; done)
$(B)/obj/lua/modules.c.o: CPPFLAGS_ALL += -DMIEN_LOAD_FIRST='"$(LOAD_FIRST)"'

# A plugin takes the symbols of base, table and the Lua helpers from the program that loads it.
NEEDS_face   := video
NEEDS_cohort := face video
NEEDS_sim    := video
NEEDS_movement := face video stats
NEEDS_model  := cohort face video stats
NEEDS_onnx   := model cohort face video stats
PLUGIN_LIBS_cohort = $(LIBS_store)
PLUGIN_LIBS_model = $(LIBS_store)
plugin_libs = $(LIBS_$(1)) $(PLUGIN_LIBS_$(1))
define plugin_rule
$(B)/lib/mien/libmien-$(1).so: $(call objects,$(SOURCES_$(1))) | $(foreach n,$(NEEDS_$(1)),$(B)/lib/mien/libmien-$(n).so)
	$$(call say,LINK,$$@)
	$$(Q)mkdir -p $$(@D)
	$$(Q)$$(CXX) -shared $$(LDFLAGS_ALL) -Wl,-rpath,'$$$$ORIGIN' -o $$@ $$^ \
	    $$(foreach n,$(NEEDS_$(1)),-L$(B)/lib/mien -l:libmien-$$(n).so) $$(call plugin_libs,$(1)) -lm
endef
$(foreach p,$(PLUGINS),$(eval $(call plugin_rule,$(p))))

$(B)/obj/%.c.o: src/%.c Makefile
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) $(INCLUDES) -MMD -MP -c -o $@ $<
# Roots of many numbers at once set no errno.
$(B)/obj/face/detector_hog.cc.o: CXXFLAGS_ALL += -fno-math-errno
# OpenCV's headers are not held to our warnings.
$(B)/obj/movement/flow.cc.o: CXXFLAGS_ALL += -isystem $(OPENCV)
$(B)/obj/onnx/importer.cc.o: CXXFLAGS_ALL += -isystem $(OPENCV_DNN)
$(B)/obj/%.cc.o: src/%.cc Makefile
	$(call say,CXX,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CXX) $(CPPFLAGS_ALL) $(CXXFLAGS_ALL) -MMD -MP -c -o $@ $<

# ---- Tests ------------------------------------------------------------------------------------------------------
# A unit test is named tests/unit/<folder>_<topic>.c and links that folder with all the folders it may use.

LAYERS_base    := base
LAYERS_video   := video base
LAYERS_face    := face video base
LAYERS_movement := movement face video base
LAYERS_measure := measure face video base
LAYERS_table   := table measure face video base
LAYERS_stats   := stats table base
LAYERS_model   := model stats table measure face video base
LAYERS_plot    := plot base
LAYERS_sim     := sim table video base
# Tests of the whole way, from points to decisions.
LAYERS_study   := stats table measure face video base
LAYERS_lua     := base
LIBS_table      = $(LIBS_store)
folder_archives = $(foreach l,$(LAYERS_$(1)),$(B)/lib/libmien-$(l).a)
folder_libs     = $(foreach l,$(LAYERS_$(1)),$(LIBS_$(l)))
FOLDERS := base video face $(if $(OPENCV),movement) measure table stats model plot sim
define archive_rule
$(B)/lib/libmien-$(1).a: $(call objects,src/$(1)/*.c src/$(1)/*.cc)
	$$(call say,AR,$$@)
	$$(Q)mkdir -p $$(@D)
	$$(Q)rm -f $$@; $(AR) rcs $$@ $$^
endef
$(foreach f,$(FOLDERS),$(eval $(call archive_rule,$(f))))

UNIT_TESTS := $(basename $(notdir $(wildcard tests/unit/*_*.c tests/unit/*_*.cc)))
UNIT_TESTS := $(if $(OPENCV),$(UNIT_TESTS),$(filter-out movement_%,$(UNIT_TESTS)))
test_folder = $(firstword $(subst _, ,$(1)))
# In C but for what compares with dlib itself.
compile_unit = $(if $(filter %.cc,$(1)),$(CXX) $(CPPFLAGS_ALL) $(CXXFLAGS_ALL),$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL))
define unit_rule
$(B)/tests/$(1): $(wildcard tests/unit/$(1).c tests/unit/$(1).cc) $(call folder_archives,$(call test_folder,$(1))) Makefile \
    $(if $(filter face,$(LAYERS_$(call test_folder,$(1)))),| $(B)/lib/mien/libmien-detector.so)
	$$(call say,TEST,$$@)
	$$(Q)mkdir -p $$(@D)
	$$(Q)$$(call compile_unit,$$<) -Itests/unit $$(INCLUDES) -MMD -MP -c -o $$@.o $$<
	$$(Q)$$(CXX) $$(LDFLAGS_ALL) -o $$@ $$@.o $(call folder_archives,$(call test_folder,$(1))) \
	    $$(call folder_libs,$(call test_folder,$(1))) $$(call pkg,--libs,cmocka) -lm
endef
$(foreach t,$(UNIT_TESTS),$(eval $(call unit_rule,$(t))))
$(B)/tests/pty: tests/tty/pty.c Makefile
	$(call say,TEST,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -o $@ $< -lutil

unit: $(addprefix $(B)/tests/,$(UNIT_TESTS))
harnesses: $(if $(wildcard tests/tty/pty.c),$(B)/tests/pty)

# `make test` and `make demo` work as the first command in a fresh clone: they install what is missing, then call
# make again, because the compiler flags of a package are known only once it is there.
deps:
	$(Q)scripts/install-deps --quiet
test: deps
	$(Q)$(MAKE) --no-print-directory all unit harnesses
	$(Q)B=$(B) scripts/run-tests
demo: deps
	$(Q)$(MAKE) --no-print-directory all
	$(Q)$(B)/mien lua/demo.lua --work $(B)/demo
check: deps
	$(Q)$(MAKE) --no-print-directory all unit
	$(Q)B=$(B) scripts/check
asan: deps
	$(Q)$(MAKE) --no-print-directory SANITIZE=1 B=$(B)/asan OPTIMISE=-O1 all unit harnesses
	$(Q)B=$(B)/asan SANITIZED=1 scripts/run-tests

# ---- Installation -----------------------------------------------------------------------------------------------

install: all
	$(Q)B=$(B) DESTDIR=$(DESTDIR) PREFIX=$(PREFIX) scripts/install-files
uninstall:
	$(Q)B=$(B) DESTDIR=$(DESTDIR) PREFIX=$(PREFIX) scripts/install-files --remove
man: all
	$(Q)$(B)/mien --no-init scripts/make-man.lua

clean:
	rm -rf $(B)

help:
	@echo 'make            build $(B)/mien'
	@echo 'make demo       install what is missing, build, run the demonstration; figures go to out/'
	@echo 'make test       install what is missing, build, run every test'
	@echo 'make check      layers, formatting, help and man page against the program'
	@echo 'make asan       the tests again, under the address and undefined-behaviour sanitizers'
	@echo 'make man        write man/mien.1 from the same source as help()'
	@echo 'make install    into PREFIX ($(PREFIX)); make uninstall removes it'
	@echo 'make clean      remove $(B)'
	@echo 'V=1 shows commands, WERROR=1 makes warnings errors, B=DIR builds elsewhere'

# Building by hand says plainly what is missing; `make test` and `make demo` install it instead.
ifneq ($(filter all plugins unit $(B)/mien,$(or $(MAKECMDGOALS),all)),)
MISSING := $(shell for p in $(PACKAGES); do pkg-config --exists $$p 2>/dev/null || printf '%s ' $$p; done)
ifneq ($(strip $(MISSING)),)
$(error pkg-config does not find: $(MISSING). Run scripts/install-deps, which installs them with apt)
endif
endif

-include $(shell find $(B)/obj $(B)/tests -name '*.d' 2>/dev/null)
.PHONY: all plugins share unit harnesses deps test demo check asan install uninstall man clean help
.DELETE_ON_ERROR:
