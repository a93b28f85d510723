#include "el/requests.hpp"

#include "chain/methods.hpp"
#include "chain/namespaces.hpp"
#include "el/errors.hpp"

#include <algorithm>

namespace weir::el {

namespace {

bool is_allowed(std::string_view ns, const std::vector<std::string>& allowed) {
    return std::any_of(allowed.begin(), allowed.end(),
                       [&](const std::string& name) { return name == "*" || name == ns; });
}

std::string_view words_for(chain::CallFlaw flaw) {
    switch (flaw) {
    case chain::CallFlaw::no_object:
        return "invalid request: not an object";
    case chain::CallFlaw::bad_id:
        return "invalid request: the id is neither a string, nor a number, nor null";
    case chain::CallFlaw::ambiguous:
        return "invalid request: more than one reading of it: a member's name differs from method, id or "
               "params only by its case";
    case chain::CallFlaw::no_method:
    case chain::CallFlaw::none:
        break;
    }
    return "invalid request: no method, or one that is no string";
}

} // namespace

chain::ScanError read_requests(std::string_view body, forward::Context& context, chain::Requests& out) {
    const auto& config = *(*context.snapshot())->config;
    const auto scanned = chain::scan_requests(body, config.global.max_batch_items, out);
    if (scanned != chain::ScanError::none) return scanned;
    for (auto& call : out.calls) {
        if (!call.valid) continue;
        const auto& allowed = config.server.allow_namespaces;
        for (const auto method : {call.method, call.shadowed}) {
            const auto ns = chain::dangerous_namespace(method);
            if (!ns.empty() && !is_allowed(ns, allowed)) call.barred = ns;
        }
        if (call.barred.empty()) {
            context.metrics.methods[chain::traits_of(call.method).index].add();
            continue;
        }
        call.valid = false;
        context.metrics.refused[static_cast<std::size_t>(metrics::Refused::call)].add();
    }
    return scanned;
}

std::string answer_to_invalid(const chain::Call& call) {
    if (call.barred.empty()) return error_object(call.id, invalid_request, words_for(call.flaw));
    if (call.id.empty()) return {};
    // Code and beginning are go-ethereum's for a namespace that is not exposed: clients know what to make of
    // it.
    return error_object(
        call.id, method_not_found,
        "the method is not available: its namespace is refused unless [server] allow_namespaces "
        "lists \"" +
            std::string(call.barred) + '"');
}

} // namespace weir::el
