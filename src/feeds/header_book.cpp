#include "feeds/header_book.hpp"

#include <algorithm>
#include <tuple>
#include <vector>

namespace weir::feeds {

using chain::HeaderPtr;

namespace {

bool say_the_same(const chain::Header& a, const chain::Header& b) {
    return a.number == b.number && a.parent == b.parent;
}

} // namespace

void HeaderBook::note(Node node, const HeaderPtr& header) {
    // What another node has said in the same words needs no memory of its own.
    auto kept = header;
    for (const auto& [other, part] : parts_) {
        const auto found = part.headers.find(header->hash);
        if (found == part.headers.end() || !say_the_same(*found->second, *header)) continue;
        if (found->second->json == header->json) kept = found->second;
    }
    auto& part = parts_[node];
    if (!part.headers.insert_or_assign(header->hash, std::move(kept)).second) return;
    part.order.push_back(header->hash);
    while (part.order.size() > room_) {
        part.headers.erase(part.order.front());
        part.order.pop_front();
    }
}

HeaderBook::Claim HeaderBook::best(const std::string& hash, const NumberOf& number_of) const {
    struct Candidate {
        HeaderPtr header;
        std::size_t voices = 0;
        bool of_source = false;
    };
    std::vector<Candidate> candidates;
    for (const auto& [node, part] : parts_) {
        const auto found = part.headers.find(hash);
        if (found == part.headers.end()) continue;
        auto same = std::find_if(candidates.begin(), candidates.end(), [&](const Candidate& candidate) {
            return say_the_same(*candidate.header, *found->second);
        });
        if (same == candidates.end()) same = candidates.insert(same, Candidate{found->second});
        ++same->voices;
        if (node == source_) {
            same->header = found->second; // in the source's form
            same->of_source = true;
        }
    }
    if (candidates.empty()) return {};
    if (candidates.size() == 1) return {candidates[0].header, candidates[0].voices};
    const auto rank = [&](const Candidate& candidate) {
        return std::tuple(candidate.voices, fit(*candidate.header, number_of), candidate.of_source);
    };
    const auto best = std::max_element(candidates.begin(), candidates.end(),
                                       [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
    return {best->header, best->voices};
}

bool HeaderBook::has_said(Node node, const std::string& hash) const {
    const auto part = parts_.find(node);
    return part != parts_.end() && part->second.headers.contains(hash);
}

/// How well it fits its parent: 2 is the next number, 1 a higher one.
int HeaderBook::fit(const chain::Header& header, const NumberOf& number_of) const {
    const auto after = [&](std::uint64_t parent) {
        return header.number == parent + 1 ? 2 : header.number > parent ? 1 : 0;
    };
    if (const auto number = number_of(header.parent)) return after(*number);
    int fit = 0;
    for (const auto& [node, part] : parts_) {
        const auto parent = part.headers.find(header.parent);
        if (parent != part.headers.end()) fit = std::max(fit, after(parent->second->number));
    }
    return fit;
}

} // namespace weir::feeds
