Feature: A node that hangs costs nobody more than a moment

  # With default settings. A stopped process keeps its sockets open and its kernel confirms what comes: only that nothing
  # comes back tells. spec: issue 8, entry 12; health-and-routing, Retry: slow is a failure too. The Tail at Scale (Dean,
  # Barroso, CACM 2013): hedged requests, bounded to a few percent.

  Background:
    Given the default settings for checks

  Scenario Outline: The serving node is stopped under calls over <way>
    Given WebSocket nodes "a", "b"
    When weir runs
    Then "b" is fit
    When 8 clients keep calling over <way>
    And "a" is suspended at once
    Then within 3000 ms "a" is not fit, for nothing came
    And the status says of "a" since when nothing came
    And "b" has stayed fit
    When they go on for 300 ms
    Then none of their calls has failed or taken longer than 1500 ms
    When "a" is resumed
    Then "a" is fit

    Examples:
      | way       |
      | HTTP      |
      | batches   |
      | WebSocket |

  Scenario: The serving beacon node is stopped
    Given beacon nodes "a", "b"
    When weir runs
    Then "b" is fit
    When 8 clients keep calling over the Beacon API
    And "a" is suspended at once
    Then within 3000 ms "a" is not fit, for nothing came
    When they go on for 300 ms
    Then none of their calls has failed or taken longer than 1500 ms
    When "a" is resumed
    Then "a" is fit

  Scenario: Both primaries are stopped at once, and the backup serves
    Given primary nodes "a", "b"
    And backup nodes "c"
    When weir runs
    Then "c" is fit
    When 8 clients keep calling over HTTP
    And "a", "b" are suspended at once
    Then within 3000 ms "a", "b" are not fit, for nothing came
    And the metric el_failover_active is 1
    When they go on for 300 ms
    Then none of their calls has failed or taken longer than 1500 ms

  Scenario: A node is stopped while nobody calls
    Given primary nodes "a", "b"
    When weir runs
    Then "b" is fit
    When "a" is suspended at once
    Then within 3000 ms "a" is not fit, for nothing came
    When I call eth_gasPrice
    Then the answer is 200
    And it took less than 1000 ms

  Scenario: A subscription goes on from another node, in a moment
    Given WebSocket nodes "a", "b"
    When weir runs
    Then "b" is fit
    When a client subscribes to newHeads
    And "a" is suspended at once
    Then its heads go on within 4000 ms while only "b" grows

  Scenario: Nobody else is there: a stopped node is asked all the same, and answers when it goes on
    Given primary node "a"
    When weir runs
    Then "a" is fit
    When "a" is suspended at once
    Then within 3000 ms "a" is not fit, for nothing came
    When 2 calls of eth_gasPrice are made while "a" is resumed after 300 ms
    Then both are answered

  Scenario: One slow call says nothing against its node
    Given primary nodes "a", "b"
    And the EL of "a" has the fault delay {"match": "eth_gasPrice", "ms": 1500}
    When weir runs
    Then "b" is fit
    When I call eth_gasPrice
    Then the answer is 200
    And it took less than 1200 ms
    And "a" is not left for silence within 1200 ms

  # A connection on which a call is late is no sign that the node serves no further ones
  Scenario: A lone node that hangs on one method serves all others at once
    Given primary node "a"
    And the setting server.workers = 1
    And the setting proxy_timeout_ms = 3000
    And the EL of "a" has the fault hang {"match": "eth_getCode"}
    When weir runs
    Then "a" is fit
    When 30 calls of eth_getCode a second are made and not waited for
    And 4 clients keep calling over HTTP
    And they go on for 2500 ms
    Then none of their calls has failed or taken longer than 500 ms
    And "a" has stayed fit

  Scenario: What is asked twice for slowness is bounded and counted
    Given primary nodes "a", "b"
    And the setting server.workers = 1
    And the setting hedge_after_ms = 20
    And the setting hedge_max_percent = 0
    And the EL of "a" has the fault delay {"match": "eth_gasPrice", "ms": 120}
    When weir runs
    Then "b" is fit
    When 90 calls of eth_gasPrice are made one after the other, 10 at a time
    Then "b" has seen eth_gasPrice no more than 64 times
    And the metric hedges_withheld_total is at least 1
    And the metric el_retries_total with {"reason": "hedge"} is no more than 64

  Scenario: More hang at once than may be asked twice: they move on instead
    Given primary nodes "a", "b"
    And the setting server.workers = 1
    And the EL of "a" has the fault hang {"match": "eth_gasPrice"}
    When weir runs
    Then "b" is fit
    When 400 calls of eth_gasPrice are made at once
    Then each of them is answered within 4000 ms

  Scenario: A stream of events is silent for as long as nothing happens
    Given beacon nodes "a", "b"
    When weir runs
    Then "b" is fit
    When a client opens /eth/v1/events?topics=chain_reorg and hears nothing for 1500 ms
    Then the metric cl_retries_total with {"reason": "hedge"} is 0
    And "a" is not left for silence within 1 ms
