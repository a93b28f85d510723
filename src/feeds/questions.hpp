// The feeds' own questions to EL nodes: blocks that fill a gap, logs of a block. Clients never see them. On
// the control thread. What answers is behind it: nodes over HTTP (http_questions), or a test's world.
#pragma once

#include "net/io.hpp"
#include "nodes/snapshot.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::feeds {

class Questions {
  public:
    virtual ~Questions() = default;

    virtual void adopt(std::shared_ptr<const nodes::Snapshot> snapshot);
    virtual void stop() {}

    /// The raw JSON of the result; nothing when the node failed or answered an error. Views, kept alive by
    /// the caller: GCC 12 miscompiles coroutines that take strings by value.
    virtual net::Task<std::optional<std::string>> ask(std::uint32_t node_id, std::string_view method,
                                                      std::string_view params) = 0;

    const std::shared_ptr<const nodes::Snapshot>& snapshot() const { return snapshot_; }
    const nodes::NodeStatus* find(std::uint32_t node_id) const;
    /// The node may be asked: in service, or, with serve_stale, the least bad while none is.
    bool may_ask(const nodes::NodeStatus& status) const;
    /// None is better: the feeds may be read from it.
    bool is_best(const nodes::NodeStatus& status) const;
    /// Nodes to ask, in order: `first`, then the others, the fit ones before those that are held back.
    std::vector<std::uint32_t> nodes_to_ask(std::optional<std::uint32_t> first) const;

  private:
    nodes::Standing standing(const nodes::NodeStatus& status) const;

    std::shared_ptr<const nodes::Snapshot> snapshot_;
    nodes::Standing best_ = nodes::Standing::out; ///< of any node
};

} // namespace weir::feeds
