// Asio and Beast, compiled once: weir_options asks for their separate compilation.
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
