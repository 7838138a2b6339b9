/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/stop.h"

#include "base/interrupt.h"

#include <lauxlib.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

/* The Lua threads that are active now, innermost first: a hook belongs to one thread, so each gets its own.
 */
struct active {
    lua_State *L;
    struct active *outer;
};

static struct active bottom;
static struct active *volatile innermost;
static pthread_t lua_thread;

enum {
    /* A script that catches the error may clean up for this many instructions; then every one is stopped. */
    GRACE = 1000 * 1000
};

/* Raises, unless the hook is left over in a coroutine that outlived an earlier stop. */
static void raise_stopped(lua_State *L, lua_Hook next, int instructions)
{
    if (!mien_interrupted()) {
        lua_sethook(L, NULL, 0, 0);
        return;
    }
    lua_sethook(L, next, LUA_MASKCOUNT, instructions);
    lua_pushliteral(L, "stopped");
    lua_error(L);
}

static void stop_for_good(lua_State *L, lua_Debug *info)
{
    (void)info;
    raise_stopped(L, stop_for_good, 1);
}

static void stop_now(lua_State *L, lua_Debug *info)
{
    (void)info;
    raise_stopped(L, stop_for_good, GRACE);
}

static void on_interrupt(int signal_number)
{
    if (!pthread_equal(pthread_self(), lua_thread)) {
        pthread_kill(lua_thread, signal_number);
        return;
    }
    mien_interrupt_request();
    for (struct active *thread = innermost; thread; thread = thread->outer)
        lua_sethook(thread->L, stop_now, LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE | LUA_MASKCOUNT, 1);
}

/* A pipe to another program may break and be reported; when our own output goes nowhere, there is nothing
 * left to do. */
static void on_broken_pipe(int signal_number)
{
    struct pollfd output = {STDOUT_FILENO, 0, 0};
    if (poll(&output, 1, 0) == 1 && (output.revents & POLLERR)) {
        signal(signal_number, SIG_DFL);
        raise(signal_number);
    }
}

/* ---- Coroutines ---- */

static void enter(struct active *self, lua_State *thread)
{
    self->L = thread;
    self->outer = innermost;
    innermost = self;
}

static void leave(const struct active *self)
{
    innermost = self->outer;
}

/* coroutine.resume; upvalue: the library's. It never raises for a thread, so leaving is certain. */
static int resume_known(lua_State *L)
{
    struct active self;
    luaL_checktype(L, 1, LUA_TTHREAD);
    lua_State *thread = lua_tothread(L, 1);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    enter(&self, thread);
    lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
    leave(&self);
    return lua_gettop(L);
}

/* What coroutine.wrap returns; upvalues: the library's function and its coroutine. */
static int wrapped_known(lua_State *L)
{
    struct active self;
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    enter(&self, lua_tothread(L, lua_upvalueindex(2)));
    int status = lua_pcall(L, lua_gettop(L) - 1, LUA_MULTRET, 0);
    leave(&self);
    return status == LUA_OK ? lua_gettop(L) : lua_error(L);
}

/* coroutine.wrap; upvalue: the library's. Its function keeps the coroutine as its first upvalue. */
static int wrap_known(lua_State *L)
{
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, 1);
    if (!lua_getupvalue(L, -1, 1) || !lua_isthread(L, -1)) {
        lua_settop(L, 1);
        return 1;
    }
    lua_pushcclosure(L, wrapped_known, 2);
    return 1;
}

static void replace(lua_State *L, const char *name, lua_CFunction function)
{
    lua_getfield(L, -1, name);
    lua_pushcclosure(L, function, 1);
    lua_setfield(L, -2, name);
}

/* ---- Interface ---- */

void mien_stop_install(lua_State *L)
{
    bottom.L = L;
    innermost = &bottom;
    lua_thread = pthread_self();
    lua_getglobal(L, "coroutine");
    replace(L, "resume", resume_known);
    replace(L, "wrap", wrap_known);
    lua_pop(L, 1);
    /* Without SA_RESTART, so that a read that waits ends too. */
    struct sigaction action = {.sa_handler = on_interrupt};
    sigaction(SIGINT, &action, NULL);
    action.sa_handler = on_broken_pipe;
    action.sa_flags = SA_RESTART;
    sigaction(SIGPIPE, &action, NULL);
}

void mien_stop_clear(lua_State *L)
{
    innermost = &bottom;
    lua_sethook(L, NULL, 0, 0);
    mien_interrupt_clear();
}

void mien_stop_remove(void)
{
    signal(SIGINT, SIG_DFL);
    innermost = NULL;
}
