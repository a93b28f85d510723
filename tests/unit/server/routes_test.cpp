#include "server/routes.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

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

RC_GTEST_PROP(Routes, TheQueryChangesNothing, (const std::string& query)) {
    const auto& [path, route] = known()[*rc::gen::inRange<std::size_t>(0, known().size())];
    RC_ASSERT(route_of(path + "?" + query) == route);
}

} // namespace
} // namespace weir::server
