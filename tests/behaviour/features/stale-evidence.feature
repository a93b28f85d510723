Feature: Old failures do not condemn a node that has recovered

  # Flows that a firewall has forgotten end long after the node was well again; a path that loses large packets lets
  # small answers through. spec: issue 8, entries 17 and 20 (RFC 2923 on black holes of path MTU discovery).

  Background:
    Given the default settings for checks

  Scenario: All flows to a lone node are forgotten
    Given primary node "a" behind a door
    And the setting upstream_idle_timeout_ms = 60000
    When weir runs
    Then "a" is fit
    When 10 clients keep calling over HTTP
    And the door of "a" forgets its flows
    And they go on for 2000 ms
    Then none of their calls has failed or taken longer than 3000 ms
    And "a" is fit

  Scenario: All flows to the node in use are forgotten
    Given primary nodes "a", "b" behind doors
    And the setting upstream_idle_timeout_ms = 60000
    When weir runs
    Then "b" is fit
    When 10 clients keep calling over HTTP
    And the door of "a" forgets its flows
    And they go on for 1000 ms
    Then none of their calls has failed or taken longer than 1500 ms
    And "a" has stayed fit
    And "a" is fit

  Scenario: Timeouts of calls that began before the last good check put nobody out
    Given primary node "a"
    And the setting proxy_timeout_ms = 1500
    And the setting hedge_after_ms = 0
    And the EL of "a" has the fault hang {"match": "eth_gasPrice"}
    And the EL of "a" has the fault hang {"match": "eth_getCode"}
    When weir runs
    Then "a" is fit
    When eth_gasPrice, eth_getCode are called 6 times at once, whatever comes back
    And I call eth_chainId
    Then the answer is 200
    And "a" has stayed fit

  Scenario: Large answers of one node never arrive
    Given primary nodes "a", "b" behind doors
    And the setting server.workers = 1
    When weir runs
    Then "b" is fit
    When the door of "a" lets no answer above 20000 bytes through
    And the EL of "a" gets the fault giant {"match": "eth_getCode", "bytes": 60000}
    And the EL of "b" gets the fault giant {"match": "eth_getCode", "bytes": 60000}
    And eth_getCode is called 20 times, and each answer comes within 1500 ms
    Then the door of "a" has swallowed no more than 4 answers
    When I call eth_gasPrice
    Then the answer is 200
    And "a" has stayed fit
