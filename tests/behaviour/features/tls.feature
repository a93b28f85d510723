Feature: TLS to nodes and towards clients

  # spec: issue 2, point 8; surface, per node and [server]

  Background:
    Given a certificate authority "ours"

  @tls:node
  Scenario: A node's certificate is verified, by an authority of its own
    Given a primary node "a" with a certificate for IP:127.0.0.1 by "ours"
    And a beacon node "b" with a certificate for IP:127.0.0.1 by "ours"
    And "a" is trusted by "ours"'s certificate
    And "b" is trusted by "ours"'s certificate
    When weir runs
    Then "a" is fit
    And "b" is fit
    When I call eth_chainId
    Then the answer is 200 with the result "0x1"
    When I send GET /eth/v1/beacon/genesis
    Then the answer is 200

  @tls:node
  Scenario: A node's certificate is verified by default, by the system's authorities
    Given a primary node "a" with a certificate for IP:127.0.0.1 by "ours"
    And the system's store holds "ours"
    When weir runs in that environment
    Then "a" is fit

  @tls:node
  Scenario: A node whose certificate nobody known has signed is unfit, and says why
    Given a primary node "a" with a certificate for IP:127.0.0.1 by "ours"
    When weir runs
    Then "a" is unfit because of "certificate"
    When I call eth_chainId
    Then the answer is 503 with the error -32603
    And "a" has seen eth_chainId 0 times

  @tls:node
  Scenario: A certificate by another authority than ca_file is refused
    Given a certificate authority "another"
    And a primary node "a" with a certificate for IP:127.0.0.1 by "ours"
    And "a" is trusted by "another"'s certificate
    When weir runs
    Then "a" is unfit because of "certificate"
    And "a" has seen eth_blockNumber 0 times

  @tls:node
  Scenario Outline: A certificate for another name is refused: <subject>
    Given a primary node "a" with a certificate for <subject> by "ours"
    And "a" is trusted by "ours"'s certificate
    When weir runs
    Then "a" is unfit because of "certificate"
    And "a" has seen eth_blockNumber 0 times

    Examples:
      | subject          |
      | DNS:node.example |
      | IP:127.0.0.2     |

  @tls:node
  Scenario: A node is asked for by name, and its certificate checked for that name
    Given a primary node "a" with a certificate for DNS:localhost by "ours"
    And "a" is reached by the name localhost
    And "a" is trusted by "ours"'s certificate
    When weir runs
    Then "a" is fit

  @tls:node
  Scenario: insecure_skip_verify takes any certificate, of that node only
    Given a primary node "a" with a certificate for DNS:node.example by "ours"
    And a primary node "b" with a certificate for DNS:node.example by "ours"
    And the node "a" is configured with insecure_skip_verify = true
    When weir runs
    Then "a" is fit
    And "b" is unfit because of "certificate"

  @tls:node
  Scenario: An https node that dies is failed over like any other
    Given a primary node "a" with a certificate for IP:127.0.0.1 by "ours"
    And "a" is trusted by "ours"'s certificate
    And primary nodes "plain"
    When weir runs
    Then "a" is fit
    And "plain" is fit
    When "a" is killed
    And I call eth_blockNumber
    Then the answer is 200 with the result "0x64"
    And "a" is unfit because of "connection refused"

  @tls:client
  Scenario: weir serves https itself, and only that
    Given primary nodes "a"
    And beacon nodes "b"
    And weir serves https with a certificate for IP:127.0.0.1 by "ours"
    When weir runs
    And I call eth_chainId over https and trust only "ours"
    Then the answer is 200 with the result "0x1"
    When I send GET /eth/v1/beacon/genesis over https
    Then the answer is 200
    And two calls on one https connection are answered
    And a client that speaks plain HTTP gets no answer
    And TLS 1.1 is not spoken

  @tls:client
  Scenario: A private key that does not belong to the certificate stops the start
    Given primary nodes "a"
    And weir serves https with a certificate for IP:127.0.0.1 by "ours"
    And weir's private key does not belong to its certificate
    When weir is started
    Then the exit code is 1
    And it says "server.tls_cert: tls_key"

  @tls:client
  Scenario: A certificate that is not there stops the start
    Given primary nodes "a"
    And weir serves https with a certificate for IP:127.0.0.1 by "ours"
    And the setting server.tls_cert names a file that is not there
    When weir is started
    Then the exit code is 1
    And it says "server.tls_cert: "
    And it says "no-such-file.pem"

  @tls:client
  Scenario: A ca_file that is not there stops the start
    Given a primary node "a" with a certificate for IP:127.0.0.1 by "ours"
    And the node "a" is configured with ca_file = "/no-such-file.pem"
    When weir is started
    Then the exit code is 1
    And it says "el.primary.ca_file: file cannot be read"
