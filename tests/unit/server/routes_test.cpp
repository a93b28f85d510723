#include "server/routes.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace weir::server {
namespace {

const std::vector<std::pair<std::string, Route>>& known() {
    static const std::vector<std::pair<std::string, Route>> paths{{"/el", Route::el},
                                                                  {"/el/", Route::el},
                                                                  {"/el/ws", Route::el_websocket},
                                                                  {"/el/ws/", Route::el_websocket},
                                                                  {"/cl", Route::cl},
                                                                  {"/cl/", Route::cl},
                                                                  {"/cl/eth/v1/node/health", Route::cl},
                                                                  {"/health", Route::health},
                                                                  {"/ready", Route::ready},
                                                                  {"/status", Route::status},
                                                                  {"/metrics", Route::metrics},
                                                                  {"/", Route::page}};
    return paths;
}

TEST(Routes, EveryPathLeadsToItsPart) {
    for (const auto& [path, route] : known())
        EXPECT_EQ(route_of(path), route) << path;
}

TEST(Routes, WhatIsNoPathOfWeirIsUnknown) {
    for (const auto* path : {"", "*", "/e", "/elx", "/el/x", "/el/ws/x", "/clx", "/EL", "/health/",
                             "/healthz", "/status/x", "//", "/metrics/", "?", "el", "//el"}) {
        EXPECT_EQ(route_of(path), Route::unknown) << path;
    }
}

TEST(Listeners, EachHasItsPathsAndNoOthers) {
    struct Case {
        Purpose purpose;
        Layout layout;
        std::vector<Route> routes;
    };
    const std::vector<Route> calls{Route::el, Route::el_websocket, Route::cl};
    const auto with = [&](std::vector<Route> more) {
        more.insert(more.end(), calls.begin(), calls.end());
        return more;
    };
    const std::vector<Case> cases{
        {Purpose::clients,
         {},
         with({Route::health, Route::ready, Route::status, Route::metrics, Route::page})},
        {Purpose::clients,
         {false, true, true},
         with({Route::health, Route::ready, Route::status, Route::page})},
        {Purpose::clients,
         {false, false, false},
         with({Route::health, Route::ready, Route::status, Route::page})},
        {Purpose::clients, {true, false, true}, with({Route::health})},
        {Purpose::admin,
         {true, false, true},
         {Route::health, Route::ready, Route::status, Route::metrics, Route::page}},
        {Purpose::admin, {true, true, true}, {Route::health, Route::ready, Route::status, Route::page}},
        {Purpose::metrics, {true, true, true}, {Route::metrics}},
        {Purpose::metrics, {false, true, true}, {Route::metrics}},
    };
    for (const auto& one : cases) {
        for (const auto& [path, route] : known()) {
            const bool wanted = std::find(one.routes.begin(), one.routes.end(), route) != one.routes.end();
            EXPECT_EQ(serves(one.purpose, route, one.layout), wanted) << path;
        }
        EXPECT_FALSE(serves(one.purpose, Route::unknown, one.layout));
    }
}

RC_GTEST_PROP(Routes, TheQueryChangesNothing, (const std::string& query)) {
    const auto& [path, route] = known()[*rc::gen::inRange<std::size_t>(0, known().size())];
    RC_ASSERT(route_of(path + "?" + query) == route);
}

} // namespace
} // namespace weir::server
