@websocket
Feature: What a node sends without an end is cut off before it is held

  # Issue 8, 26: 474 MB were held with a limit of 256.

  Background:
    Given the setting server.workers = 1
    And the setting upstream_max_message_bytes = "32MiB"

  Scenario: An answer to a call that announces more than may be is not taken in at all
    Given WebSocket nodes "a", "b"
    When weir runs
    And "alice" connects
    And "alice" calls eth_chainId
    And weir's memory peak is watched
    And "alice" calls sim_bytes with [400000000]
    Then the reply has the error -32603
    And weir never needed more than 16 MB more
    When "alice" calls eth_chainId
    Then the reply has the result "0x1"

  Scenario: Neither is one frame of a node's WebSocket
    Given WebSocket nodes "a", "b"
    And the WebSocket of "a" has the fault giant {"match": "eth_subscribe", "bytes": 200000000, "count": 1}
    When weir runs
    And weir's memory peak is watched
    Then "b" is fit
    And the metric ws_reconnection_attempts_total with status "success" is at least 2
    And weir never needed more than 24 MB more
