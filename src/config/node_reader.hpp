// One [[el.primary]], [[el.backup]] or [[cl]] table. Private to config/.
#pragma once

#include "config/values.hpp"

namespace weir::config {

class NodeReader {
  public:
    NodeReader(Notes& notes, const Environment& environment)
        : notes_(notes)
        , environment_(environment) {}

    /// `table` is "el.primary", "el.backup" or "cl".
    NodeConfig read(const toml::table& fields, const std::string& table, bool el);

  private:
    void read_name(const toml::node& node, const std::string& key, bool el, NodeConfig& out);
    std::optional<net::Url> read_url(const toml::node& node, const std::string& key, bool websocket);
    void read_headers(const toml::node& node, const std::string& key, NodeConfig& out);
    void read_ca_file(const toml::node& node, const std::string& key, NodeConfig& out);
    void check_trust(const toml::table& fields, const std::string& table, const NodeConfig& node);

    Notes& notes_;
    const Environment& environment_;
};

} // namespace weir::config
