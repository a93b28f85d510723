// Asio and Beast are compiled here once (BOOST_ASIO_SEPARATE_COMPILATION, BOOST_BEAST_SEPARATE_COMPILATION).
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>

// basic_parser::parse_chunk_header() asserts `n >= 5` where four bytes are possible: an empty chunked body
// that comes as "0\r\n", then one byte more. Without the assertion it reads on correctly
// (tests/fuzz/http_message.cpp), so builds with assertions go without Beast's.
#ifndef BOOST_DISABLE_ASSERTS
#define BOOST_DISABLE_ASSERTS
#endif
#include <boost/assert.hpp>
#include <boost/beast/src.hpp>
