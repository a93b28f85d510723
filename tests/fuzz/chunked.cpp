// The chunked coding, from either side: the bytes cut anywhere mean what they mean whole, and what comes out
// lies within what went in.
#include "net/chunked.hpp"

#include "fuzz.hpp"

#include <string>

namespace {

struct Decoded {
    std::string data;
    std::size_t read = 0;
    bool done = false, malformed = false;

    bool operator==(const Decoded&) const = default;
};

Decoded decode(std::string_view text, bool request, std::size_t piece) {
    weir::net::ChunkedDecoder decoder(request);
    Decoded result;
    while (result.read < text.size() && !decoder.done() && !decoder.malformed()) {
        std::string input(text.substr(result.read, piece));
        char* write = input.data();
        const auto read = decoder.decode(input.data(), input.size(), write);
        const auto written = static_cast<std::size_t>(write - input.data());
        CLAIM(read <= input.size() && written <= read);
        CLAIM(read == input.size() || decoder.done() || decoder.malformed());
        result.data.append(input, 0, written);
        result.read += read;
    }
    result.done = decoder.done();
    result.malformed = decoder.malformed();
    return result;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const bool request = (data[0] & 1) != 0;
    const std::size_t piece = 1 + data[0] / 2 % 16;
    const auto text = weir::fuzz::text_of(data + 1, size - 1);
    const auto whole = decode(text, request, text.size());
    CLAIM(!(whole.done && whole.malformed));
    CLAIM(whole == decode(text, request, piece));
    return 0;
}
