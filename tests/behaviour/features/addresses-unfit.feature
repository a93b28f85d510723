@weir
Feature: Somebody unfit behind one of a name's addresses does not cost the node its others

  # issue 8, entries 16 and 18: a service name with several A records, of which one machine is no good

  Background:
    Given a name server
    And nodes "one", "two" that the name node.weir.test may stand for

  Scenario Outline: Whoever is no good is left for the other address: <fault>
    Given the primary node "a" is reached by that name
    And the name stands for "one", "two" for 3600 seconds
    When weir runs
    And calls come 50 times a second
    Then 5 more calls are answered
    When the one that serves gets the fault <fault>
    Then the other one serves within 2 seconds
    And 20 more calls are answered
    # It was found unfit a moment ago; who has failed now is no better.
    When the other one is well again
    And the one that serves gets the fault <fault>
    Then the other one serves within 2 seconds
    And 20 more calls are answered
    And no call has failed

    Examples:
      | fault                                |
      | http_status {"status": 503}          |
      | not_json {"body": "<html>no</html>"} |
      | syncing                              |

  Scenario: Whoever is on another chain is left for the other address
    Given the primary node "a" is reached by that name
    And the name stands for "one", "two" for 3600 seconds
    And the setting chain_id = 1
    And the EL of "one" has the fault wrong_chain_id {"chain_id": 5}
    When weir runs
    Then "a" is fit
    When calls come 50 times a second
    Then 30 more calls are answered
    And no call has been answered by chain 5

  Scenario: A beacon node behind one address says that it is not ready
    Given the beacon node "b" is reached by that name
    And the name stands for "one", "two" for 3600 seconds
    And the CL of "one" has the fault health_status {"status": 503}
    When weir runs
    Then "b" is fit
    When I send GET /eth/v1/node/version
    Then the answer is 200

  Scenario: Where all are unfit, whoever is well again first serves
    Given the primary node "a" is reached by that name
    And the name stands for "one", "two" for 3600 seconds
    And the EL of "one" has the fault http_status {"status": 503}
    And the EL of "two" has the fault http_status {"status": 503}
    When weir runs
    Then "a" is unfit because of "HTTP 503"
    When "two" is well again
    Then "a" is fit
    When I call eth_chainId 20 times
    Then "a" is fit

  Scenario: Of localhost's addresses only one is served, and whoever is there is unfit for a while
    Given primary nodes "c"
    And "c" is reached by the name localhost
    And the EL of "c" has the fault syncing
    When weir runs
    Then "c" is unfit because of "syncing"
    When "c" is well again
    Then "c" is fit
    When I call eth_chainId 20 times
    Then "c" is fit

  Scenario: Who is alone behind a name of two addresses is asked no more often for that
    Given primary nodes "c"
    And "c" is reached by the name localhost
    And the EL of "c" has the fault http_status {"status": 503, "match": "eth_getCode"}
    And the EL of "c" has the fault wrong_id {"id": "424242", "match": "eth_sendTransaction"}
    When weir runs
    And I call eth_getCode with ["0x00000000000000000000000000000000000000aa", "latest"]
    Then the answer is 503
    And "c" has seen eth_getCode 1 time
    # It may have run.
    When I call eth_sendTransaction with [{"to": "0x00000000000000000000000000000000000000aa"}]
    Then the error says "not repeated"
    And "c" has seen eth_sendTransaction 1 time
