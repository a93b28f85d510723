Feature: What an operator does to weir, and what the machine under it lacks

  # issue 8, entry 24

  Background:
    Given primary nodes "a"

  Scenario Outline: A standard error that nobody reads does not hold up the end: <what>
    Given the setting server.shutdown_grace_ms = 500
    When weir runs with a full <what> for its standard error
    And I call eth_chainId 5 times
    And I send weir SIGTERM
    Then weir ends with exit code 0 within 3000 ms

    Examples:
      | what   |
      | pipe   |
      | socket |

  Scenario Outline: A WebSocket client that says no goodbye does not hold up the end: <what>
    Given the EL of "a" has the fault hang {"match": "eth_gasPrice"}
    And the setting server.shutdown_grace_ms = 500
    When weir runs
    And a client shakes hands, sends the call <method> and says no goodbye
    And I send weir SIGTERM
    Then weir ends with exit code 0 within 1500 ms

    Examples:
      | what           | method       |
      | it asks nobody | eth_chainId  |
      | its call hangs | eth_gasPrice |

  Scenario Outline: SIG<signal> has no meaning and no effect
    When weir runs
    And I send weir SIG<signal>
    And I call eth_chainId 3 times
    Then weir has not ended yet

    Examples:
      | signal |
      | USR1   |
      | USR2   |
      | PIPE   |
      | ALRM   |
      | PROF   |

  Scenario: A configuration of 100 MB is refused by its size
    Given a configuration file of 100 MB
    When I run weir "check"
    Then the exit code is 1
    And it says "FILE: is larger than 4 MiB, name a configuration with --config"

  Scenario: A configuration without end is refused too
    When I run weir "check --config /dev/zero" alone
    Then the exit code is 1
    And it says "/dev/zero: is larger than 4 MiB"

  Scenario: "check" opens the nodes' authorities as "run" does
    Given a configuration whose node is trusted by a file that holds "no certificate"
    When I run weir "check"
    Then the exit code is 1
    And it says "FILE:4:11: el.primary.ca_file: ca_file "
    And it says "no.pem cannot be used: "

  Scenario Outline: What names a Unix socket is refused in words: <url>
    Given the configuration file
      """
      [[el.primary]]
      name = "a"
      http_url = "<url>"
      """
    When I run weir "check"
    Then the exit code is 1
    And it says "FILE:3:12: el.primary.http_url: a Unix socket, and weir reaches nodes by TCP only, write http://HOST:PORT or https://HOST"

    Examples:
      | url                               |
      | http://unix%2Frun%2Fgeth.ipc      |
      | http://%2Frun%2Fgeth.ipc/         |
      | http://unix:/run/geth.ipc:/       |
      | unix:///run/geth.ipc              |
      | http+unix://%2Frun%2Fgeth.ipc     |
      | /run/geth.ipc                     |
      | ipc:///run/geth.ipc               |

  Scenario: A Unix socket to listen on likewise
    Given the configuration file
      """
      server.listen = "unix:/run/weir.sock"
      [[el.primary]]
      name = "a"
      http_url = "http://a:8545"
      """
    When I run weir "check"
    Then the exit code is 1
    And it says "FILE:1:17: server.listen: is a Unix socket, and weir listens on TCP"

  Scenario: weir listens on every address of a list, and each is a name of its own
    Given weir listens on 127.0.0.1 and on 127.0.0.2
    When weir runs at them
    Then eth_chainId is answered 200 at 127.0.0.1 by the name localhost
    And eth_chainId is answered 200 at 127.0.0.2 by the name 127.0.0.2
    And eth_chainId is answered 403 at 127.0.0.2 by the name evil.example

  Scenario: The places of clients are counted over all addresses
    Given weir listens on 127.0.0.1 and on 127.0.0.2
    And the setting server.workers = 1
    And the setting server.max_connections = 2
    When weir runs at them
    And clients in the middle of a request take every place
    Then eth_chainId is answered 503 at 127.0.0.2 by the name localhost

  Scenario: --listen takes the place of the list
    Given weir listens on 127.0.0.1 and on 127.0.0.2
    When weir runs with --listen on the first alone
    Then eth_chainId is answered 200 at 127.0.0.1 by the name localhost
    And nothing listens at 127.0.0.2

  Scenario Outline: <listen> is every address of both families
    Given the setting server.listen = "<listen>:PORT"
    When weir runs at them
    Then eth_chainId is answered 200 at 127.0.0.1 by the name localhost
    And eth_chainId is answered 200 at ::1 by the name localhost where the machine has IPv6

    Examples:
      | listen    |
      | *         |
      |           |
      | [::]      |
      | localhost |

  Scenario Outline: weir's own 503 says when to come again: <method> <path>
    Given beacon nodes "b"
    When weir runs
    And "a" is killed
    And "b" is killed
    Then "a" is unfit because of ""
    And "b" is unfit because of ""
    When a client sends "<method> <path> HTTP/1.1\r\nHost: localhost\r\n<lines>\r\n<body>"
    Then it is answered 503
    And the answer's head has retry-after = 1

    Examples:
      | method | path                    | lines                  | body                                              |
      | POST   | /el                     | Content-Length: 47\\r\\n | {"jsonrpc":"2.0","id":1,"method":"eth_chainId"}   |
      | POST   | /el                     | Content-Length: 49\\r\\n | [{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}] |
      | GET    | /cl/eth/v1/node/version |                        |                                                   |
      | GET    | /ready                  |                        |                                                   |
      | GET    | /el/ws                  | Upgrade: websocket\\r\\nConnection: Upgrade\\r\\nSec-WebSocket-Version: 13\\r\\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\\r\\n | |

  Scenario: localhost is this machine though nothing says so
    Given a machine without a hosts file and without a name server
    And "a" is reached by the name localhost
    And the setting server.listen = "localhost:PORT"
    When weir runs there
    And I run weir "status" there by the name weir.localhost
    Then the exit code is 0
    And it prints a table with the columns NAME, TIER, CLIENT, CHAIN, HEAD, LAG, LATENCY, STATE and the rows
      | a | el primary | | | | | | fit |
