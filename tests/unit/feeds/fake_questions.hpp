// Questions that wait until the test answers them: well, badly, late, or in another order.
#pragma once

#include "feeds/questions.hpp"

#include <algorithm>
#include <utility>

namespace weir::feeds {

class FakeQuestions final : public Questions {
  public:
    struct Asked {
        std::uint32_t node = 0;
        std::string method, params;
        std::optional<std::string> answer; ///< may be set ahead: what the node said when it was asked
        net::Timer wake;
    };
    using AskedPtr = std::shared_ptr<Asked>;

    explicit FakeQuestions(net::IoContext& io)
        : io_(io) {}

    net::Task<std::optional<std::string>> ask(std::uint32_t node_id, std::string_view method,
                                              std::string_view params) override {
        const AskedPtr asked(
            new Asked{node_id, std::string(method), std::string(params), {}, net::Timer(io_)});
        ++count;
        waiting.push_back(asked);
        asked->wake.expires_at(net::Clock::time_point::max());
        co_await asked->wake.async_wait(net::use_task);
        co_return asked->answer;
    }

    void answer(const AskedPtr& asked, std::optional<std::string> answer) {
        waiting.erase(std::find(waiting.begin(), waiting.end(), asked));
        asked->answer = std::move(answer);
        asked->wake.cancel();
    }

    std::vector<AskedPtr> waiting;
    std::size_t count = 0; ///< asked ever

  private:
    net::IoContext& io_;
};

} // namespace weir::feeds
