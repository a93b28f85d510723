Feature: What holds a node back never leaves a client without one

  # Issue 8, entry 1. HAProxy's "slowstart" and "fall/rise" order servers too; nobody refuses a client for them.

  @weir @service
  Scenario: Two primaries that are away in turn lose no call
    Given primary nodes "a", "b"
    When weir runs
    Then "a" is fit
    And "b" is fit
    When 100 calls per second go out
    And "a", "b" are away in turn for 300 ms with 350 ms between, 4 times each
    Then of at least 300 calls none has failed

  @weir @service
  Scenario: A rolling restart of two beacon nodes, each waited for until its port is open, loses no read
    Given beacon nodes "a", "b"
    And the setting health_check_interval_ms = 1000
    When weir runs
    Then "a" is fit
    And "b" is fit
    When 100 Beacon reads per second go out
    And "a", "b" are restarted one after the other, each waited for until its port is open, 4 times
    Then of at least 100 calls none has failed

  @weir @service
  Scenario: A rolling restart of two execution nodes, each waited for until its port is open, loses no call
    Given primary nodes "a", "b"
    And the setting health_check_interval_ms = 1000
    When weir runs
    Then "a" is fit
    And "b" is fit
    When 100 calls per second go out
    And "a", "b" are restarted one after the other, each waited for until its port is open, 4 times
    Then of at least 100 calls none has failed

  @weir @service
  Scenario: A node that turns weir's checks away for asking too often is asked last, and serves
    Given primary nodes "a", "b"
    When weir runs
    Then "a" is fit
    And "b" is fit
    When the EL of "a" gets the fault http_status {"status": 429, "match": "eth_blockNumber"}
    Then "a" is held back because of "rate limited: eth_blockNumber: HTTP 429"
    And the metric el_node_held_back of "a" is 1
    When "b" goes away
    And I call eth_getBalance with ["0x0000000000000000000000000000000000000001", "latest"]
    Then the answer is 200
    And weir says that it is ready
    When "a" is well again
    Then "a" is fit

  @weir @service
  Scenario: That a node is held back for something else by now is told
    Given primary nodes "a", "b"
    When weir runs
    Then "a" is fit
    When the EL of "a" gets the fault rpc_error {"code": -32005, "message": "slow down", "match": "eth_blockNumber"}
    Then the log matches /node is held back.*node=a reason="rate limited: eth_blockNumber: error -32005"/
    When the EL of "a" gets the fault http_status {"status": 429, "match": "eth_blockNumber"}
    Then the log matches /node is still held back.*node=a reason="rate limited: eth_blockNumber: HTTP 429"/
    And 1 line of the log holds "node is still held back"

  @weir @service
  Scenario: A lone node that recovers is used from its first good check on
    Given primary nodes "a"
    And the setting health_check_interval_ms = 1000
    And the setting health_check_min_successes = 1000
    When weir runs
    Then "a" is fit
    When "a" goes away
    Then "a" is unfit because of "connection refused"
    When "a" is well again
    Then "a" is held back because of "recovering"
    When I call eth_blockNumber
    Then the answer is 200 with the result "0x64"

  @weir @service
  Scenario: Without wait_for_node_ms nobody waits for a node
    Given primary nodes "a"
    And the setting wait_for_node_ms = 0
    And the setting max_retries = 0
    When weir runs
    Then "a" is fit
    When "a" goes away
    Then "a" is unfit because of "connection refused"
    When I call eth_blockNumber
    Then the answer is 503 with the error -32603
    And the metric el_waits_total is 0
