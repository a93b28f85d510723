#include "forward/other_addresses.hpp"

#include <algorithm>

namespace weir::forward {

bool OtherAddresses::leave(upstream::Pool::Lease& lease, const routing::Verdict& verdict) {
    const bool cannot = verdict.node_at_fault || verdict.reason == "http_5xx";
    // Not after an answer to another call: this one may have run.
    if (verdict.action != routing::Action::next || !cannot || verdict.foreign) return false;
    const auto& address = lease->address();
    if (!address || !node_.addresses || node_.addresses->size() < 2) return false;
    node_.addresses->failed(*address);
    lease->close();
    if (left_ == 0) return false;
    --left_;
    tried_ |= bit_of(address);
    return true;
}

bool OtherAddresses::turn_back(upstream::Pool::Lease& lease) const {
    const bool back = (tried_ & bit_of(lease->address())) != 0;
    if (back) lease->close();
    return back;
}

std::uint64_t OtherAddresses::bit_of(const upstream::AddressPtr& address) const {
    if (!address || !node_.addresses) return 0;
    const auto found = std::find(node_.addresses->begin(), node_.addresses->end(), address);
    const auto place = found - node_.addresses->begin();
    return found == node_.addresses->end() || place >= 64 ? 0 : std::uint64_t{1} << place;
}

} // namespace weir::forward
