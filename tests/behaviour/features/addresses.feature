@weir
Feature: Where a node's name leads
  # issue 8, entry 18. TTLs: RFC 1035 §3.2.1; several addresses: RFC 8305

  Background:
    Given a name server

  Scenario: A record that moves is followed when its time is over, while the old address still answers
    Given nodes "old", "new" that the name node.weir.test may stand for
    And the primary node "a" is reached by that name
    And the name stands for "old" for 1 second
    When weir runs
    And calls come 50 times a second
    Then 20 more calls are answered
    When the name comes to stand for "new" for 1 second
    Then within 4 seconds "new" gets all calls, and "old" has no connection any more
    And 20 more calls are answered
    And no call has failed
    And the metric el_node_connections_retired_total with reason "withdrawn" is at least 1
    And the metric el_node_address_changes_total with {"node": "a"} is 1
    And the log says "host name of a node stands for other addresses now"

  Scenario: A beacon node's record that moves is followed too
    Given nodes "old", "new" that the name node.weir.test may stand for
    And the beacon node "b" is reached by that name
    And the name stands for "old" for 1 second
    When weir runs
    And I send GET /eth/v1/node/version
    Then the answer is 200
    When the name comes to stand for "new" for 1 second
    And "old" is killed
    Then the log says "host name of a node stands for other addresses now"
    And "b" is fit
    When I send GET /eth/v1/node/version
    Then the answer is 200

  Scenario: A node that cannot be reached is looked up at once, however long its record holds
    Given nodes "old", "new" that the name node.weir.test may stand for
    And the primary node "a" is reached by that name
    And the name stands for "old" for 3600 seconds
    When weir runs
    And calls come 20 times a second
    Then 5 more calls are answered
    When the name comes to stand for "new" for 3600 seconds
    And "old" is killed
    Then calls were answered again within 3 seconds

  Scenario Outline: A lookup that fails keeps the last addresses: <trouble>
    Given nodes "old", "new" that the name node.weir.test may stand for
    And the primary node "a" is reached by that name
    And the setting dns_timeout_ms = 300
    And the name stands for "old" for 1 second
    When weir runs
    And calls come 50 times a second
    And the name server answers with <trouble>
    Then the log says "its last addresses are kept"
    And the name server has been asked again 3 times
    And 20 more calls are answered
    And no call has failed

    Examples:
      | trouble  |
      | silence  |
      | servfail |
      | nxdomain |

  Scenario: A name server that does not answer for IPv6 delays nothing
    Given nodes "old", "new" that the name node.weir.test may stand for
    And the primary node "a" is reached by that name
    And the name stands for "old" for 3600 seconds
    And the name server answers with silence to questions for AAAA
    When weir runs
    Then "a" is fit
    When I call eth_chainId
    Then the answer is 200 with the result "0x1"

  Scenario: Old connections are replaced, and nobody notices
    Given nodes "old", "new" that the name node.weir.test may stand for
    And the primary node "a" is reached by that name
    And the name stands for "old" for 3600 seconds
    And the setting upstream_max_connection_age_ms = 200
    When weir runs
    And calls come 100 times a second
    Then the metric el_node_connections_retired_total with reason "age" is at least 5
    And no call has failed

  Scenario: Several addresses, of which the first is dead: the others serve
    Given nodes "old", "new" that the name node.weir.test may stand for
    And the primary node "a" is reached by that name
    And the name stands for "127.0.1.77", "new" for 3600 seconds
    When weir runs
    And calls come 50 times a second
    Then 20 more calls are answered
    And no call has failed

  Scenario: A WebSocket to an address that is withdrawn is replaced, and no event is lost
    Given WebSocket nodes "old", "new" of one chain that the name node.weir.test may stand for
    And the primary node "a" is reached by that name and followed over WebSocket
    And the name stands for "old" for 1 second
    When weir runs
    And "alice" connects
    And "alice" subscribes to newHeads
    And "alice" subscribes to logs with {}
    And blocks come until "alice" has got 5 more of them
    And the name comes to stand for "new" for 1 second
    Then "new" has a WebSocket, and "old" has none any more
    When blocks come until "alice" has got 5 more of them
    Then "alice" has got everything, once and in order
