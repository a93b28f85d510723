// What the name of a method that weir does not know says of it: whether it reads.
#pragma once

#include <string_view>

namespace weir::chain {

/// By its family (erigon_, zks_, parity_get…) or its verb (qbft_getValidators), and not by a verb that
/// changes something (zks_sendRawTransaction…).
bool reads_by_name(std::string_view method);

} // namespace weir::chain
