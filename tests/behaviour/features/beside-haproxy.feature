@weir
Feature: Never more calls lost than HAProxy loses

  The same calls go through weir and through HAProxy at the same time, to the same nodes over the same faulty path.
  HAProxy has the timeouts that weir has by default (connect 2 s, server 30 s), "retries 3", "option redispatch 1",
  "retry-on conn-failure empty-response", and asks each node for its block number once a second ("option httpchk",
  "inter 1s", "fall 3"); all nodes take turns. Hastier checks and "on-marked-down shutdown-sessions" made it lose more.
  A name's addresses are a "server-template" with "resolvers" that ask once a second, whatever the TTL.

  Background:
    Given a machine with HAProxy
    And the default settings for checks

  Scenario: A lone node refuses 5 % of connects
    Given primary node "a" behind a door
    When weir runs
    And HAProxy runs beside it
    And the door of "a" lets each connection have one answer
    And the same calls go through both, 100 a second over fresh connections, each awaited for 5000 ms
    And the door of "a" is closed for 5 of every 97 ms
    And they go on for 2500 ms
    Then weir has lost none of them
    And weir has lost no more of them than HAProxy
    And HAProxy has tried again 1 time at least
    And "a" has stayed fit under them

  Scenario: All three nodes refuse 5 % of connects
    Given primary nodes "a", "b", "c" behind doors
    When weir runs
    And HAProxy runs beside it
    And the doors of "a", "b", "c" let each connection have one answer
    And the same calls go through both, 100 a second over fresh connections, each awaited for 5000 ms
    And the doors of "a", "b", "c" are closed for 5 of every 97 ms
    And they go on for 2500 ms
    Then weir has lost none of them
    And weir has lost no more of them than HAProxy
    And HAProxy has tried again 1 time at least

  Scenario: One machine of several behind a service address refuses
    Given weir in a network of its own
    And a service address with the nodes "a1", "a2" behind it
    And the setting upstream_idle_timeout_ms = 0
    When weir runs
    And HAProxy runs beside it
    And the same calls go through both, 100 a second over fresh connections, each awaited for 5000 ms
    And a machine that refuses comes to stand behind the service address
    And they go on for 2000 ms
    Then weir has lost none of them
    And weir has lost no more of them than HAProxy
    And HAProxy has tried again 5 times at least
    And 50 connects out of weir's network at least were refused
    And "service" has stayed fit under them

  Scenario Outline: A node of two is killed, clients with <kind> connections
    Given primary nodes "a", "b"
    When weir runs
    And HAProxy runs beside it
    And the same calls go through both, 100 a second over <kind> connections, each awaited for 5000 ms
    And "a" is killed
    And they go on for 1500 ms
    Then "a" is unfit because of "connection refused"
    And HAProxy has tried again 1 time at least
    And weir has lost none of them
    And weir has lost no more of them than HAProxy

    Examples:
      | kind  |
      | fresh |
      | kept  |

  Scenario: A lone node is started again
    Given primary node "a"
    When weir runs
    And HAProxy runs beside it
    And the same calls go through both, 100 a second over fresh connections, each awaited for 5000 ms
    And "a" is killed
    And they go on for 300 ms
    And "a" is started again
    And they go on for 500 ms
    Then weir has lost none of them
    And weir has lost no more of them than HAProxy
    And HAProxy has tried again 10 times at least

  # What weir does in longer ones: outage-words.feature
  Scenario: A lone node is away for two seconds
    Given primary node "a"
    When weir runs
    And HAProxy runs beside it
    And the same calls go through both, 100 a second over fresh connections, each awaited for 5000 ms
    And "a" is killed
    And they go on for 2000 ms
    And "a" is started again
    And they go on for 300 ms
    Then weir has lost none of them
    And weir has lost no more of them than HAProxy
    And HAProxy has tried again 100 times at least

  Scenario: Two nodes are started again in turn, each as soon as the other one is back
    Given primary nodes "a", "b"
    When weir runs
    And HAProxy runs beside it
    And the same calls go through both, 100 a second over fresh connections, each awaited for 5000 ms
    And "a" is killed
    And they go on for 400 ms
    And "a" is started again
    And "b" is killed
    And they go on for 400 ms
    And "b" is started again
    And "a" is killed
    And they go on for 400 ms
    Then weir has lost none of them
    And weir has lost no more of them than HAProxy
    And the log does not say "no EL node is fit"
    And HAProxy has tried again 10 times at least

  Scenario: The path to one node of two becomes a black hole
    Given weir in a network of its own
    And a primary node "a" in another network
    And a primary node "b" in another network
    When weir runs
    And HAProxy runs beside it
    And the same calls go through both, 50 a second over kept connections, each awaited for 3000 ms
    And nothing passes between weir and "a"
    And they go on for 2000 ms
    Then weir has lost none of them
    And weir has lost no more of them than HAProxy
    And HAProxy has tried again 1 time at least
    And "a" is unfit because of "silent"

  Scenario: All flows to a lone node are forgotten
    Given weir in a network of its own
    And a primary node "a" in another network
    And the EL of "a" has the fault delay {"ms": 60}
    When weir runs
    And HAProxy runs beside it
    And the same calls go through both, 100 a second over kept connections, each awaited for 3000 ms
    And a connection from weir's network to "a"
    Then the connection to "a" brings an answer
    When the flows to "a" are forgotten
    And they go on for 1500 ms
    Then weir has lost none of them
    And weir has lost no more of them than HAProxy
    And the connection to "a" brings none

  Scenario: The first address of a name is dead
    Given weir in a network of its own
    And a name server in weir's network
    And a node "a" in another network, reached by the name node.weir.test
    And the address 10.99.0.1 leads to "a", and nobody has it
    And the name stands for 10.99.0.1 and for "a"
    And the setting upstream_idle_timeout_ms = 0
    When weir runs
    And HAProxy runs beside it, with 2 addresses of the name, 1 of them alive
    And the same calls go through both, 50 a second over fresh connections, each awaited for 5000 ms
    And they go on for 1500 ms
    Then weir has lost none of them
    And weir has lost no more of them than HAProxy
    And nobody answers in weir's network at 10.99.0.1

  Scenario: The address that worked dies, another of the name lives
    Given weir in a network of its own
    And a name server in weir's network
    And a node "a" in another network, reached by the name node.weir.test
    And the address 10.99.0.1 leads to "a", and "a" has it
    And the name stands for 10.99.0.1 and for "a"
    When weir runs
    And HAProxy runs beside it, with 2 addresses of the name, 2 of them alive
    And the same calls go through both, 50 a second over fresh connections, each awaited for 3000 ms
    And "a" has the address 10.99.0.1 no more
    And they go on for 1500 ms
    Then weir has lost none of them
    And weir has lost no more of them than HAProxy
    And nobody answers in weir's network at 10.99.0.1

  Scenario: A record leaves an address from which nothing comes any more
    Given weir in a network of its own
    And a name server in weir's network
    And a node "a" in another network, reached by the name node.weir.test
    And a node "b" in another network as well
    And the name stands for "a", for an hour
    When weir runs
    And HAProxy runs beside it, with 1 address of the name, 1 of them alive
    And the same calls go through both, 50 a second over fresh connections, each awaited for 3000 ms
    And nothing passes between weir and "a"
    And the name comes to stand for "b"
    And they go on for 2000 ms
    Then weir has lost none of them
    And weir has lost no more of them than HAProxy
    And the metric el_node_address_changes_total is at least 1
    And HAProxy has gone to "b"

  Scenario: A path loses everything for a moment, again and again
    Given weir in a network of its own
    And a primary node "a" in another network
    When weir runs
    And HAProxy runs beside it
    And the same calls go through both, 50 a second over fresh connections, each awaited for 5000 ms
    And the way to "a" loses everything for 60 ms out of 400
    And they go on for 2500 ms
    Then weir has lost none of them
    And weir has lost no more of them than HAProxy
    And 5 packets out of weir's network at least were sent again
