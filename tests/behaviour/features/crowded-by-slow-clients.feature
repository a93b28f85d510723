@weir
Feature: Clients that begin to say something and do not go on keep nobody out for long

  # issue 8, entry 9

  Background:
    Given primary nodes "a"
    And the setting server.workers = 1
    And the setting server.max_connections = 4

  Scenario: Half heads take every place
    When weir runs
    And 4 clients send "POST /el HTTP/1.1\r\nHost:" and no more
    And I call eth_chainId
    Then the answer is 503
    When the clients have been that slow for two seconds
    And I call eth_chainId 5 times
    Then the metric client_connections_evicted_total is at least 1

  Scenario Outline: Halves of TLS handshakes take every place: <bytes>
    Given a certificate authority "one"
    And weir serves https with a certificate for IP:127.0.0.1 by "one"
    When weir runs
    And 4 clients send <bytes> and no more
    And the clients have been that slow for two seconds
    Then two calls on one https connection are answered
    And the first of them alone has been closed

    Examples:
      | bytes                          |
      | ""                             |
      | "\x16\x03\x01\x02\x00\x01\x00" |
