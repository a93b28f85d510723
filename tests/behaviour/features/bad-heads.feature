Feature: One node's bad head hurts nobody while a good node is there

  @weir @bad-heads
  Scenario Outline: The source announces block <head> after a wipe
    Given WebSocket nodes "a", "b"
    When weir runs
    Then "a" is fit
    And subscriptions come from "a"
    When "alice" connects
    And "alice" subscribes to newHeads
    And "alice" subscribes to logs
    And 2 blocks come
    And the EL of "a" gets the fault wipe {"head": <head>}
    And 3 blocks come
    Then "a" is unfit because of "as a node that was wiped does"
    And every client has got everything, once and in order
    And "b" has stayed fit

    Examples:
      | head |
      | 0    |
      | 1    |

  @weir @bad-heads
  Scenario: The only node is wiped: after a while that is how the chain is, and no session was ended before
    Given WebSocket nodes "a"
    When weir runs
    Then "a" is fit
    When "alice" connects
    And "alice" subscribes to newHeads
    And 2 blocks come
    And the messages of "alice" are counted
    And the EL of "a" gets the fault wipe {"head": 1}
    Then the height of the layer is 1
    When I call eth_blockNumber
    Then the answer is 200 with the result "0x1"
    And "alice" is still connected
    And "alice" has got no more events than before

  @weir @bad-heads
  Scenario Outline: A head that no chain reaches, from the very start, of the <place> node
    Given WebSocket nodes "a", "b"
    And the EL of "<liar>" has the fault lie {"ahead": <ahead>}
    When weir runs
    Then "<honest>" is fit
    When "alice" connects
    And "alice" subscribes to newHeads
    And 5 blocks come
    Then every client has got everything, once and in order

    Examples:
      | place  | liar | honest | ahead                |
      | first  | a    | b      | 9007199254740991     |
      | second | b    | a      | 9007199254740991     |
      | second | b    | a      | 1000000              |

  @weir @bad-heads
  Scenario Outline: The next block's true hash with a wrong <what>, told by the <place> node
    Given WebSocket nodes "a", "b"
    When weir runs
    Then "a" is fit
    And "b" is fit
    When "alice" connects
    And "alice" subscribes to newHeads
    And "alice" subscribes to logs
    And the WebSocket of "<liar>" gets the fault <fault>
    And 10 blocks come
    Then every client has got everything, once and in order
    And "alice" was told of the blocks 101,102,103,104,105,106,107,108,109,110

    Examples:
      | what   | place  | liar | fault                   |
      | number | first  | a    | lie_number {"by": 50}   |
      | number | first  | a    | lie_number {"by": -50}  |
      | number | first  | a    | lie_number {"by": 2}    |
      | number | second | b    | lie_number {"by": 1}    |
      | parent | first  | a    | lie_parent              |
      | parent | second | b    | lie_parent              |

  @weir @bad-heads
  Scenario Outline: The <place> node invents 2,000 heads
    Given WebSocket nodes "a", "b"
    When weir runs
    Then "a" is fit
    And "b" is fit
    When "alice" connects
    And "alice" subscribes to newHeads
    And the WebSocket of "<liar>" gets the fault invent {"blocks": 2000, "per_second": 1000}
    And 3 blocks come
    Then "alice" hears of the last block within 5 seconds
    And "alice" was told of at most 20 heads that are on no chain
    And "alice" is still connected
    And "<honest>" has stayed fit

    Examples:
      | place  | liar | honest |
      | first  | a    | b      |
      | second | b    | a      |
