# What every target is compiled with: one place, so that no room can drift.
add_library(weir_options INTERFACE)
target_compile_options(weir_options INTERFACE -Wall -Wextra -Wconversion -Wshadow -Wnon-virtual-dtor -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # GCC 12 reports false -Wmaybe-uninitialized inside coroutine frames, and Boost's headers
    # trip -Wrestrict and friends when inlined (GCC bugs 105562, 105651).
    target_compile_options(weir_options INTERFACE -fcoroutines -Wno-maybe-uninitialized -Wno-mismatched-new-delete -Wno-restrict
                           -Wno-stringop-overflow -Wno-array-bounds -Wno-stringop-overread)
endif()
target_compile_definitions(weir_options INTERFACE
    BOOST_ASIO_SEPARATE_COMPILATION          # Asio and Beast are compiled once, in net/
    BOOST_BEAST_SEPARATE_COMPILATION
    BOOST_ASIO_NO_DEPRECATED
    BOOST_ASIO_RECYCLING_ALLOCATOR_CACHE_SIZE=24  # coroutine frames reused per thread
    WEIR_VERSION="${PROJECT_VERSION}")
target_include_directories(weir_options INTERFACE ${PROJECT_SOURCE_DIR}/src)
if(WEIR_SANITIZE)
    target_compile_options(weir_options INTERFACE -fsanitize=${WEIR_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    target_link_options(weir_options INTERFACE -fsanitize=${WEIR_SANITIZE})
endif()
if(WEIR_FUZZ)
    target_compile_options(weir_options INTERFACE -fsanitize=fuzzer-no-link) # what libFuzzer sees of the code
endif()
