// The two layers of an Ethereum node pair, as every other room names them.
#pragma once

#include <cstdint>
#include <string_view>

namespace weir::chain {

enum class Layer : std::uint8_t { el, cl };

constexpr std::string_view to_string(Layer layer) {
    return layer == Layer::el ? "el" : "cl";
}

} // namespace weir::chain
