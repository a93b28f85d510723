#include "server/descriptors.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace weir::server {
namespace {

config::Config with(std::size_t workers, std::size_t el, std::size_t cl) {
    config::Config config;
    config.server.workers = workers;
    config.el_primary.resize(el);
    config.cl.resize(cl);
    return config;
}

TEST(Descriptors, WhereThereIsEnoughNobodyGetsLess) {
    const auto config = with(4, 3, 2);
    const auto shares = share_descriptors(1'000'000, config, 1);
    EXPECT_EQ(shares.clients, 20'000U);
    EXPECT_EQ(shares.own, 20'000U);
    EXPECT_EQ(shares.spare, 16U);
    EXPECT_EQ(shares.nodes, 5U * (1024 - 4));
    EXPECT_EQ(share_descriptors(shares.needed, config, 1), shares) << "as much as is needed is enough";
}

TEST(Descriptors, OfLittleClientsGetHalf) {
    const auto shares = share_descriptors(1024, with(2, 3, 0), 2);
    EXPECT_EQ(shares.clients, shares.nodes + 1);
    EXPECT_GT(shares.clients, 400U);
    const auto few = share_descriptors(64, with(2, 1, 1), 2);
    EXPECT_EQ(few.spare, 4U);
    EXPECT_GE(few.clients, 8U);
    EXPECT_GE(few.nodes, 8U);
}

TEST(Descriptors, TheOperatorMaySayHowManyAreForTheNodes) {
    auto config = with(1, 1, 0);
    config.server.reserved_descriptors = 100;
    EXPECT_EQ(share_descriptors(256, config, 1).nodes, 100U - 5);
    config.server.reserved_descriptors = 0;
    EXPECT_EQ(share_descriptors(256, config, 1).nodes, 0U);
    config.server.reserved_descriptors = 100'000;
    EXPECT_EQ(share_descriptors(256, config, 1).clients, 1U) << "somebody is served in any case";
}

TEST(Descriptors, WhatClientsCannotUseIsTheNodes) {
    auto config = with(2, 2, 0);
    config.server.max_connections = 10;
    const auto shares = share_descriptors(1024, config, 1);
    EXPECT_EQ(shares.clients, 10U);
    EXPECT_GT(shares.nodes, 900U);
}

TEST(Descriptors, AnAdminAddressHasAShareOfItsOwn) {
    auto config = with(2, 1, 0);
    config.admin.listen_port = 9000;
    config.metrics.port = 9001;
    const auto shares = share_descriptors(1024, config, 1);
    EXPECT_GT(shares.own, 30U);
    EXPECT_GT(shares.clients, 300U);
}

RC_GTEST_PROP(Descriptors, AreNeverSharedOutTwice, ()) {
    auto config = with(*rc::gen::inRange<std::size_t>(1, 64), *rc::gen::inRange<std::size_t>(0, 20),
                       *rc::gen::inRange<std::size_t>(0, 20));
    config.server.max_connections = *rc::gen::inRange<std::size_t>(1, 30'000);
    if (*rc::gen::arbitrary<bool>())
        config.server.reserved_descriptors = *rc::gen::inRange<std::size_t>(0, 5'000);
    if (*rc::gen::arbitrary<bool>()) config.admin.listen_port = 1;
    const auto limit = *rc::gen::inRange<std::size_t>(0, 100'000);
    const auto shares = share_descriptors(limit, config, 2);
    const std::size_t apart = config.admin.listen_port ? 1 : 0;
    RC_ASSERT(shares.clients >= 1 && shares.clients <= config.server.max_connections);
    RC_ASSERT(shares.own >= 1 && shares.spare >= 1);
    const auto sum = shares.clients + shares.own * apart + shares.spare + shares.nodes;
    const auto least = config.server.workers * (1 + 3 + 2 + 40 + 1) + 400; // what nobody can do without
    RC_ASSERT(sum <= limit || limit < least);
    const auto more = share_descriptors(limit + 1, config, 2);
    RC_ASSERT(more.clients + 1 >= shares.clients);
}

} // namespace
} // namespace weir::server
