// What is heard of a name: from DNS, from nobody, and of what nobody has to be asked.
#include "dns_server.hpp"
#include "names/question.hpp"

#include <gtest/gtest.h>

namespace weir::names {
namespace {

using namespace std::chrono_literals;
using State = Family::State;
namespace asio = net::asio;

class QuestionTest : public testing::Test {
  protected:
    ~QuestionTest() override {
        question.reset();
        server.stop();
        io.restart();
        io.run_for(10ms);
    }
    void ask(const std::string& name, std::chrono::milliseconds timeout = 2s) {
        question = std::make_shared<Question>(io, name, Settings{{server.at()}, timeout});
        question->start([this] { ++news; });
    }
    void ask_to_the_end(const std::string& name, std::chrono::milliseconds timeout = 2s) {
        ask(name, timeout);
        const auto limit = net::Clock::now() + 10s;
        while (!question->done() && net::Clock::now() < limit)
            io.run_one_for(50ms);
        ASSERT_TRUE(question->done());
        io.run_for(5ms); // the news of it
    }
    static DnsAnswer with(std::initializer_list<const char*> addresses, std::uint32_t ttl = 60) {
        DnsAnswer answer;
        answer.ttl = ttl;
        for (const auto* address : addresses)
            answer.addresses.push_back(asio::ip::make_address(address));
        return answer;
    }

    net::IoContext io;
    DnsServer server{io};
    std::shared_ptr<Question> question;
    int news = 0;
};

TEST_F(QuestionTest, BothFamiliesWithTheirTimes) {
    server.say = [](unsigned type) {
        return type == DnsServer::a ? with({"10.0.0.1", "10.0.0.2"}, 30) : with({"fd00::1"}, 7);
    };
    ask_to_the_end("node.weir.test.");
    EXPECT_EQ(question->v4().state, State::found);
    EXPECT_EQ(question->v4().addresses.size(), 2U);
    EXPECT_EQ(question->v4().ttl, 30s);
    EXPECT_EQ(question->v6().addresses, std::vector{asio::ip::make_address("fd00::1")});
    EXPECT_EQ(question->v6().ttl, 7s);
    EXPECT_EQ(news, 2);
}

TEST_F(QuestionTest, OneFamilyIsHeardOfThoughTheOtherIsNot) {
    server.say = [](unsigned type) {
        auto answer = with({"10.0.0.1"});
        answer.silent = type == DnsServer::aaaa;
        return answer;
    };
    ask("node.weir.test.", 400ms);
    const auto begin = net::Clock::now();
    while (!question->any() && net::Clock::now() < begin + 5s)
        io.run_one_for(20ms);
    EXPECT_LT(net::Clock::now() - begin, 200ms);
    EXPECT_EQ(question->v6().state, State::pending);
    while (!question->done() && net::Clock::now() < begin + 5s)
        io.run_one_for(20ms);
    EXPECT_EQ(question->v6().state, State::failed);
    EXPECT_LT(net::Clock::now() - begin, 1s);
}

TEST_F(QuestionTest, ANameThatDoesNotExistIsUnknownAndASilentServerIsNot) {
    server.say = [](unsigned) { return DnsAnswer{.code = 3}; };
    ask_to_the_end("nobody.weir.test.");
    EXPECT_TRUE(question->unknown());
    server.say = [](unsigned) { return DnsAnswer{.silent = true}; };
    ask_to_the_end("node.weir.test.", 300ms);
    EXPECT_FALSE(question->unknown());
    EXPECT_EQ(question->v4().state, State::failed);
    EXPECT_EQ(question->trouble(), "no answer in time");
    server.say = [](unsigned) { return DnsAnswer{.code = 2}; };
    ask_to_the_end("node.weir.test.");
    EXPECT_EQ(question->v4().state, State::failed);
    EXPECT_NE(question->trouble(), "");
}

TEST_F(QuestionTest, LocalhostIsLoopbackAndNobodyIsAsked) {
    for (const auto* name : {"localhost", "LocalHost", "node.localhost", "localhost."}) {
        ask_to_the_end(name);
        EXPECT_EQ(question->v4().addresses, std::vector<asio::ip::address>{asio::ip::address_v4::loopback()});
        EXPECT_EQ(question->v6().addresses, std::vector<asio::ip::address>{asio::ip::address_v6::loopback()});
    }
    EXPECT_TRUE(server.asked.empty());
}

TEST_F(QuestionTest, OneThatIsGivenUpTellsNothing) {
    server.say = [](unsigned) { return with({"10.0.0.1"}); };
    ask("node.weir.test.");
    question->cancel();
    io.run_for(50ms);
    EXPECT_EQ(news, 0);
    ask("node.weir.test.");
    question.reset(); // while it is under way
    io.run_for(50ms);
    EXPECT_EQ(news, 0);
}

} // namespace
} // namespace weir::names
