#include "admin/process.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sys/resource.h>
#include <unistd.h>

namespace weir::admin {

namespace {

double now_seconds() {
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

const double started = now_seconds();

double seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

} // namespace

ProcessFacts process_facts() {
    ProcessFacts facts;
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    facts.cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
    long total = 0, resident = 0;
    std::ifstream("/proc/self/statm") >> total >> resident;
    facts.resident_bytes = static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE));
    std::error_code ec;
    const std::filesystem::directory_iterator descriptors("/proc/self/fd", ec);
    if (!ec)
        facts.open_descriptors = static_cast<double>(std::distance(begin(descriptors), end(descriptors)));
    facts.start_time = started;
    return facts;
}

} // namespace weir::admin
