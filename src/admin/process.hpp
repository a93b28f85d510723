// What the operating system says of this process. Private to admin/.
#pragma once

namespace weir::admin {

struct ProcessFacts {
    double cpu_seconds = 0, resident_bytes = 0, open_descriptors = 0, start_time = 0;
};
ProcessFacts process_facts();

} // namespace weir::admin
