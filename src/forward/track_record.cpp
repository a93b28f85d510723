#include "forward/track_record.hpp"

#include <algorithm>

namespace weir::forward {

void TrackRecord::answered(CallKind kind, microseconds took, TimePoint now) {
    heard_at_ = good_at_ = now;
    in_a_row_ = 0;
    ++current(now).good;
    if (!usual_) usual_ = std::make_unique<std::array<UsualTime, call_kinds>>();
    (*usual_)[kind].add(took);
}

std::optional<TrackRecord::Condemned> TrackRecord::failed(CallKind kind, About about, TimePoint began,
                                                          TimePoint now, const Limits& limits) {
    if (about == About::kind) avoid(kind, now);
    ++current(now).bad;
    if (began >= last_counted_) {
        last_counted_ = now;
        if (in_a_row_++ == 0) {
            row_kind_ = kind;
            row_proves_ = false;
        }
        row_proves_ = row_proves_ || about == About::node || kind != row_kind_;
    }
    // Among many that succeed, a few in a row are chance.
    const auto enough = now - good_at_ < answers_well ? limits.in_a_row * 2 : limits.in_a_row;
    if (in_a_row_ >= enough && row_proves_) return Condemned{in_a_row_};
    if (about == About::node && fails_mostly(now)) return Condemned{};
    return std::nullopt;
}

void TrackRecord::forget_failures() {
    in_a_row_ = 0;
    slices_.fill({});
}

TrackRecord::Trouble& TrackRecord::trouble_with(CallKind kind) {
    if (!troubles_) troubles_ = std::make_unique<std::array<Trouble, call_kinds>>();
    return (*troubles_)[kind];
}

void TrackRecord::outrun(CallKind kind, TimePoint began, TimePoint now) {
    if (now - began < patience(kind)) return; // a setting is in more of a hurry
    auto& trouble = trouble_with(kind);
    const auto since = now - trouble.missed;
    if (now - began >= longest_patience || (since > same_miss && since < misses_add_up))
        avoid(kind, now);
    else if (since >= misses_add_up)
        trouble.missed = now;
}

void TrackRecord::avoid(CallKind kind, TimePoint now) {
    auto& trouble = trouble_with(kind);
    if (now < trouble.until) return; // it is the same one
    const auto length_of = [](std::uint8_t times) {
        return times == 0 ? std::chrono::seconds(0)
                          : std::min<std::chrono::seconds>(first_avoidance * (1LL << (times - 1)),
                                                           longest_avoidance);
    };
    if (now > trouble.until + length_of(trouble.times)) trouble.times = 0;
    if (length_of(trouble.times) < longest_avoidance) ++trouble.times;
    trouble.until = now + length_of(trouble.times);
}

TrackRecord::Slice& TrackRecord::current(TimePoint now) {
    const auto index = now.time_since_epoch() / slice;
    if (slices_[newest_].index != index) {
        newest_ = (newest_ + 1) % slices;
        slices_[newest_] = {index};
    }
    return slices_[newest_];
}

bool TrackRecord::fails_mostly(TimePoint now) const {
    const auto oldest = (now - window).time_since_epoch() / slice;
    const auto counts = [&](const Slice& one) { return one.index >= oldest && one.good + one.bad > 0; };
    const auto bad = std::count_if(slices_.begin(), slices_.end(),
                                   [&](const Slice& one) { return counts(one) && one.bad > one.good; });
    return bad > static_cast<std::ptrdiff_t>(slices / 2);
}

} // namespace weir::forward
