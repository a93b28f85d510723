// Memory of its owner's own for an asynchronous operation that may be pending for long. Asio keeps a few
// freed blocks per thread and gives away the first that is large enough: one who holds it for seconds makes
// all others allocate.
#pragma once

#include <cstddef>
#include <new>

namespace weir::net {

class OpMemory {
  public:
    OpMemory() = default;
    OpMemory(const OpMemory&) = delete;
    OpMemory& operator=(const OpMemory&) = delete;

    void* take(std::size_t size) {
        if (taken_ || size > sizeof space_) return ::operator new(size);
        taken_ = true;
        return space_;
    }
    void give_back(void* memory) {
        if (memory == space_) {
            taken_ = false;
        } else {
            ::operator delete(memory);
        }
    }

  private:
    alignas(std::max_align_t) std::byte space_[512]; ///< enough for a read through TLS
    bool taken_ = false;
};

/// What a completion handler gives as its allocator_type; the memory outlives the operation.
template <class T>
class OpAllocator {
  public:
    using value_type = T;
    explicit OpAllocator(OpMemory& memory)
        : memory_(&memory) {}
    template <class U>
    OpAllocator(const OpAllocator<U>& other)
        : memory_(other.memory_) {}

    T* allocate(std::size_t count) { return static_cast<T*>(memory_->take(count * sizeof(T))); }
    void deallocate(T* object, std::size_t) { memory_->give_back(object); }
    template <class U>
    bool operator==(const OpAllocator<U>& other) const {
        return memory_ == other.memory_;
    }

  private:
    template <class>
    friend class OpAllocator;
    OpMemory* memory_;
};

} // namespace weir::net
