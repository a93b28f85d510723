// What each node has said of blocks. A header names itself by its hash, which nobody here computes: so what
// one node says of a hash never takes the place of what another says of it, and what most say, and what fits
// the block that it names as its parent, is believed. Each node's part is bounded by itself: who invents
// blocks by the thousand pushes nobody else's out. Pure.
#pragma once

#include "chain/header.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>

namespace weir::feeds {

class HeaderBook {
  public:
    using Node = std::uint32_t;
    /// The number of a block that is known otherwise.
    using NumberOf = std::function<std::optional<std::uint64_t>(const std::string& hash)>;

    void set_room(std::size_t headers_per_node) { room_ = headers_per_node; }
    /// Whose word decides where as many nodes say one thing as another.
    void set_source(std::optional<Node> node) { source_ = node; }
    /// A node's later word on a block replaces its earlier one.
    void note(Node node, const chain::HeaderPtr& header);

    struct Claim {
        chain::HeaderPtr header; ///< null: nobody has said anything
        std::size_t voices = 0;  ///< nodes that say so
    };
    Claim best(const std::string& hash, const NumberOf& number_of) const;
    bool has_said(Node node, const std::string& hash) const;

  private:
    struct Part {
        std::unordered_map<std::string, chain::HeaderPtr> headers;
        std::deque<std::string> order;
    };
    int fit(const chain::Header& header, const NumberOf& number_of) const;

    std::unordered_map<Node, Part> parts_;
    std::optional<Node> source_;
    std::size_t room_ = 64;
};

} // namespace weir::feeds
