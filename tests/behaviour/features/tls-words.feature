@weir
Feature: TLS to nodes: what is wrong in words, client certificates, sessions
  # issue 8, entry 21. RFC 8446, RFC 5280 §6.1, RFC 6125

  Background:
    Given a certificate authority "ours"

  Scenario: An expired certificate
    Given a trusted node "a" by "ours" whose certificate has expired
    When weir runs
    Then "a" is unfit because of "its certificate has expired: 20"

  Scenario: A certificate that is not valid yet
    Given a trusted node "a" by "ours" whose certificate is not valid yet
    When weir runs
    Then "a" is unfit because of "its certificate is not valid yet: from 20"

  Scenario: A certificate for other names
    Given a trusted node "a" by "ours" whose certificate is for DNS:node.example,IP:127.0.0.9
    When weir runs
    Then "a" is unfit because of "its certificate is not for 127.0.0.1: it is for node.example, 127.0.0.9"

  Scenario: A certificate by somebody unknown
    Given a node "a" by "ours" that nobody has told weir to trust
    When weir runs
    Then "a" is unfit because of "its certificate is by an unknown issuer, "

  Scenario: A self-signed certificate
    Given a node "a" with a self-signed certificate
    When weir runs
    Then "a" is unfit because of "its certificate is self-signed"

  Scenario Outline: A node that wants a client certificate says so<version>
    Given a certificate authority "clients"
    And a node "a" by "ours" that wants a client certificate by "clients"<version>
    When weir runs
    Then "a" is unfit because of "client certificate"
    And "a" is unfit because of "client_cert and client_key are not set"

    Examples:
      | version        |
      |                |
      | , over TLS 1.2 |

  Scenario Outline: With a client certificate the node answers<version>
    Given a certificate authority "clients"
    And a node "a" by "ours" that wants a client certificate by "clients"<version>
    And weir shows "a" a certificate by "clients"
    When weir runs
    Then "a" is fit
    When I call eth_chainId
    Then the answer is 200 with the result "0x1"
    And the client's certificate expiry of "a" is shown

    Examples:
      | version        |
      |                |
      | , over TLS 1.2 |

  Scenario: A client certificate that the node does not like
    Given a certificate authority "clients"
    And a certificate authority "strangers"
    And a node "a" by "ours" that wants a client certificate by "clients"
    And weir shows "a" a certificate by "strangers"
    When weir runs
    Then "a" is unfit because of "the node refuses weir's client certificate (client_cert): unknown authority"
    When the certificate that weir shows "a" is renewed, by "clients"
    And I send weir SIGHUP
    Then "a" is fit

  Scenario: A client certificate's key that is another's
    Given a trusted node "a" by "ours"
    And weir shows "a" a certificate by "ours"
    And the client's private key belongs to another certificate
    When weir checks its configuration
    Then the exit code is 1
    And it says "el.primary.client_cert: client_key does not belong to client_cert"

  Scenario: A client certificate without a key
    Given a trusted node "a" by "ours"
    And the node "a" is configured with client_cert = "/etc/hostname"
    When weir checks its configuration
    Then the exit code is 1
    And it says "el.primary.client_key: missing"

  Scenario Outline: Sessions are resumed<version>
    Given a trusted node "a" by "ours"<version>
    And the setting upstream_idle_timeout_ms = 0
    And the setting server.workers = 1
    When weir runs
    And 20 calls are made, each on a connection of its own
    Then all handshakes with "a" but at most 4 resumed a session

    Examples:
      | version        |
      |                |
      | , over TLS 1.2 |
