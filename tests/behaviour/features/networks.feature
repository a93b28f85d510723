@weir
Feature: The networks of the tests do what their words say

  Background:
    Given weir in a network of its own
    And a primary node "a" in another network
    And the setting proxy_timeout_ms = 800
    When weir runs

  Scenario: A node in another network is reached
    When I call eth_chainId
    Then the answer is 200 with the result "0x1"

  Scenario: Large packets are swallowed, small ones pass
    When the way to "a" swallows large packets
    Then a fresh connection from weir's network to "a" brings 100 bytes and not 100000
    When the way to "a" takes large packets
    Then a fresh connection from weir's network to "a" brings 100000 bytes

  Scenario: Connections are forgotten, new ones pass
    Given a connection from weir's network to "a"
    Then the connection to "a" brings an answer
    When the flows to "a" are forgotten
    Then the connection to "a" brings none
    And a fresh connection from weir's network to "a" brings 100 bytes

  Scenario: Silence
    When nothing passes between weir and "a"
    Then "a" is unfit because of "timed out"
    When all passes again between weir and "a"
    Then "a" is fit
