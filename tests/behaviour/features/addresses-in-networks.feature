@weir
Feature: Addresses that are dead, and records that leave them
  # issue 8, entry 18: RFC 8305 §5. What is sent to these addresses gets no answer at all.

  Background:
    Given weir in a network of its own
    And a name server in weir's network
    And a node "a" in another network, reached by the name node.weir.test

  Scenario Outline: A dead first address costs a moment once, not every connection: <dead>
    Given the address <dead> leads to "a", and nobody has it
    And the name stands for <dead> and for "a"
    And the setting upstream_idle_timeout_ms = 0
    When weir runs
    Then "a" is fit
    And of 20 calls on fresh connections, none but the first takes more than 150 ms

    Examples:
      | dead        |
      | 10.99.0.1   |
      | fd99::1     |

  Scenario: An address without a route costs nothing
    Given the name stands for fd98::1 and for "a"
    And the setting upstream_idle_timeout_ms = 0
    When weir runs
    Then "a" is fit
    And of 20 calls on fresh connections, none but the first takes more than 150 ms

  Scenario: The address that worked dies: the other one takes over within a moment
    Given the address 10.99.0.1 leads to "a", and "a" has it
    And the name stands for 10.99.0.1 and for "a"
    And the setting upstream_idle_timeout_ms = 0
    When weir runs
    And calls come 20 times a second
    Then 20 more calls are answered
    When "a" has the address 10.99.0.1 no more
    Then 20 more calls are answered
    And no call has failed
    And of 20 calls on fresh connections, none but the first takes more than 150 ms

  Scenario: A record leaves an address from which nothing comes any more, whatever its TTL was
    Given a node "b" in another network as well
    And the name stands for "a", for an hour
    When weir runs
    And calls come 10 times a second
    Then 5 more calls are answered
    When nothing passes between weir and "a"
    And the name comes to stand for "b"
    Then calls were answered again within 6 seconds

  Scenario: A way that loses everything for a moment, again and again, loses no call
    Given the name stands for "a", for an hour
    When weir runs
    And calls come 20 times a second
    And the way to "a" loses everything for 60 ms out of 400
    Then 60 more calls are answered
    And no call has failed
