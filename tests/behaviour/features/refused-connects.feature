Feature: One refused connection is no verdict

  # A full accept queue, a service address with a dead machine behind it, a process at its limit: the next connect may
  # be taken. spec: issue 8, entry 16; HAProxy's "retries 3" does as much on the same server.

  Background:
    Given the default settings for checks

  Scenario: A lone node refuses for a moment, again and again
    Given primary node "a" behind a door
    When weir runs
    Then "a" is fit
    When the door of "a" lets each connection have one answer
    And the door of "a" is closed for 5 of every 100 ms
    And 6 clients keep calling over HTTP
    And they go on for 2500 ms
    Then none of their calls has failed

  Scenario: All nodes do
    Given primary nodes "a", "b", "c" behind doors
    When weir runs
    Then "c" is fit
    When the doors of "a", "b", "c" let each connection have one answer
    And the doors of "a", "b", "c" are closed for 5 of every 100 ms
    And 6 clients keep calling over HTTP
    And they go on for 2000 ms
    Then none of their calls has failed

  Scenario: An address behind which one machine of two refuses
    Given primary node "a" behind a door
    When weir runs
    Then "a" is fit
    When the door of "a" lets each connection have one answer
    And the door of "a" is closed for 4 of every 10 ms
    And 4 clients keep calling over HTTP
    And they go on for 2000 ms
    Then none of their calls has failed

  Scenario Outline: A lone node takes ten connections and <how> further ones
    Given primary node "a" behind a door
    And the setting server.workers = 1
    When weir runs
    Then "a" is fit
    When the door of "a" takes 10 connections and <how> further ones
    And 40 clients keep calling over HTTP
    And they go on for 1500 ms
    Then none of their calls has failed or taken longer than 3000 ms

    Examples:
      | how          |
      | refuses      |
      | never serves |

  Scenario: A node that is killed is left at once
    Given primary nodes "a", "b"
    When weir runs
    Then "b" is fit
    When 6 clients keep calling over HTTP
    And "a" is killed
    Then "a" is unfit because of "connection refused"
    And none of their calls has failed or taken longer than 500 ms

  Scenario: A lone node that answers one method with 503 serves all others, and stays fit
    Given primary node "a"
    And the EL of "a" has the fault http_status {"match": "eth_getCode", "status": 503, "body": "busy"}
    When weir runs
    Then "a" is fit
    When eth_getCode is called 12 times, whatever comes back
    And 2 clients keep calling over HTTP
    And they go on for 400 ms
    Then none of their calls has failed
    And "a" has stayed fit

  Scenario: What one node cannot do, and another can, is asked of the other
    Given primary nodes "a", "b"
    And the setting server.workers = 1
    And the EL of "a" has the fault http_status {"match": "eth_getCode", "status": 503, "body": "busy"}
    When weir runs
    Then "b" is fit
    When I call these in turn: eth_getCode, eth_getCode, eth_getCode, eth_getCode
    Then "a" has seen eth_getCode 1 time
    When I call eth_gasPrice
    Then "a" has seen eth_gasPrice 1 time
    And "a" has stayed fit
