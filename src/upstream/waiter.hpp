// Who waits in a pool's line for a connection, and what he would like.
#pragma once

#include "upstream/connection.hpp"

namespace weir::upstream {

struct Waiter;

/// By which who waits for a connection is sent home.
class Place {
  public:
    Place() = default;
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    /// acquire() answers no_connection, soon.
    void give_up();
    bool is_taken() const { return waiter_ != nullptr; }

  private:
    friend struct Waiter;
    Waiter* waiter_ = nullptr;
};

struct Wish {
    bool fresh = false;         ///< not one that was idle, for requests that must not be sent twice
    bool interruptible = false; ///< interrupt() ends the wait for it too
    /// Nobody else can be asked: while other connections work, the next of them that is free will do when no
    /// further one can be opened.
    bool patient = false;
    bool working = false;       ///< only one that has brought an answer, while there is one
    net::milliseconds pause{0}; ///< before one is opened; one that is free is taken at once
    Place* place = nullptr;
};

/// On the stack of acquire().
struct Waiter : boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
    Waiter(net::IoContext& io, const Wish& what)
        : timer(io)
        , wish(what) {
        if (wish.place) wish.place->waiter_ = this;
    }
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;
    ~Waiter() {
        if (wish.place) wish.place->waiter_ = nullptr;
        leave_dial();
    }

    /// The connection that is being opened for it goes on by itself.
    void leave_dial() {
        if (dial) dial->opened_for = nullptr;
        dial.reset();
    }
    void wake() {
        unlink();
        timer.cancel();
    }
    void send_home() {
        interrupted = true;
        wake();
    }

    net::Timer timer;
    Wish wish;
    ConnectionPtr dial; ///< being opened for it
    ConnectionPtr made; ///< opened for it
    Failure failure = Failure::none;
    bool interrupted = false;
    bool short_of_budget = false; ///< all pools together have as many as they may
};

inline void Place::give_up() {
    if (waiter_) waiter_->send_home();
}

} // namespace weir::upstream
