// Preloaded into a process (LD_PRELOAD), counts what it allocates, and says so on standard error when it
// exits. glibc's own names of its allocator are what is called, so that nothing has to be looked up before it
// can be.
#include <atomic>
#include <cstddef>
#include <cstdio>

extern "C" {

void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);

namespace {

struct Counter {
    std::atomic<unsigned long> calls{0}, bytes{0};
    ~Counter() { std::fprintf(stderr, "allocations %lu bytes %lu\n", calls.load(), bytes.load()); }
    void add(std::size_t size) {
        calls.fetch_add(1, std::memory_order_relaxed);
        bytes.fetch_add(size, std::memory_order_relaxed);
    }
} counter;

} // namespace

void* malloc(std::size_t size) {
    counter.add(size);
    return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
    counter.add(count * size);
    return __libc_calloc(count, size);
}
void* realloc(void* block, std::size_t size) {
    counter.add(size);
    return __libc_realloc(block, size);
}
void* memalign(std::size_t alignment, std::size_t size) {
    counter.add(size);
    return __libc_memalign(alignment, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
    return memalign(alignment, size);
}
int posix_memalign(void** block, std::size_t alignment, std::size_t size) {
    *block = memalign(alignment, size);
    return *block ? 0 : 12; // ENOMEM
}
}
