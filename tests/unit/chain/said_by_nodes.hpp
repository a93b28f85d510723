// A text as a node says it, and what it is taken for.
#pragma once

#include "chain/error_class.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

namespace weir::chain {

struct Said {
    std::int64_t code;
    std::string_view method, message, data{};
};

inline void expect_one_of(const std::vector<ErrorClass>& wanted, const Said& said) {
    const auto found = classify_error(said.code, said.message, traits_of(said.method), said.data);
    EXPECT_NE(std::find(wanted.begin(), wanted.end(), found), wanted.end())
        << to_string(found) << ": " << said.code << ' ' << said.message << ' ' << said.data;
}

} // namespace weir::chain
