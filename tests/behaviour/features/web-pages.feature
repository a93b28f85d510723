@weir
Feature: A web page is not a client
  Any page reaches what its reader's browser reaches. go-ethereum asks for Host (vhosts) and Origin; so does weir.

  # surface.md, [server] hosts, origins, allow_namespaces

  Background:
    Given primary nodes "a"
    And beacon nodes "b"

  Scenario Outline: DNS rebinding: a name that is not weir's gets nothing, <method> <target>
    When weir runs
    And a <method> request for <target> comes with
      | Host | evil.example:PORT |
    Then the answer is 403
    And the answer's text holds [server] hosts
    And no node was called

    Examples:
      | method | target                   |
      | POST   | /el                      |
      | GET    | /cl/eth/v1/node/version  |
      | GET    | /status                  |
      | GET    | /metrics                 |
      | GET    | /                        |
      | GET    | http://evil.example/status |

  Scenario Outline: Names of this machine and addresses come in: <host>
    When weir runs
    And a POST request for /el comes with
      | Host | <host> |
    Then the answer is 200 with the result "0x1"

    Examples:
      | host            |
      | localhost:PORT  |
      | LOCALHOST.:PORT |
      | weir.localhost  |
      | [::1]:PORT      |
      | 192.168.1.1     |

  Scenario: What is no host is a bad request
    When weir runs
    And a POST request for /el comes with
      | Host | localhost@evil.example |
    Then the answer is 400

  Scenario: The operator names the names
    Given the setting server.hosts = ["rpc.example"]
    When weir runs
    And a POST request for /el comes with
      | Host | RPC.example:80 |
    Then the answer is 200 with the result "0x1"
    When a POST request for /el comes with
      | Host | localhost |
    Then the answer is 403

  Scenario: "*" takes any name
    Given the setting server.hosts = ["*"]
    When weir runs
    And a POST request for /el comes with
      | Host | evil.example |
    Then the answer is 200 with the result "0x1"

  Scenario Outline: A cross-site request is refused whatever it carries: <method> <target> of <origin>, <type>
    When weir runs
    And a <method> request for <target> comes with
      | Origin       | <origin> |
      | Content-Type | <type>   |
    Then the answer is 403
    And the answer's text holds [server] origins
    And the answer has 0 lines Access-Control-Allow-Origin
    And no node was called
    And the metric requests_refused_total with {"reason": "origin"} is 1

    Examples:
      | method | target                             | origin                | type             |
      | POST   | /el                                | https://evil.example  | text/plain       |
      | POST   | /el                                | https://evil.example  | application/json |
      | POST   | /el                                | null                  | text/plain       |
      | POST   | /el                                | http://localhost:PORT | text/plain       |
      | POST   | /el                                | http://127.0.0.1      | text/plain       |
      | POST   | /cl/eth/v1/beacon/pool/attestations | https://evil.example | text/plain       |
      | GET    | /cl/eth/v1/node/version            | https://evil.example  | text/plain       |
      | GET    | /status                            | https://evil.example  | text/plain       |
      | GET    | /metrics                           | https://evil.example  | text/plain       |

  Scenario: An image of another site makes no node work, a link is followed
    When weir runs
    And a GET request for /cl/eth/v1/node/version comes with
      | Sec-Fetch-Site | cross-site |
      | Sec-Fetch-Mode | no-cors    |
    Then the answer is 403
    When a GET request for /status comes with
      | Sec-Fetch-Site | cross-site |
      | Sec-Fetch-Mode | navigate   |
    Then the answer is 200

  Scenario: The same origin comes in, and a program that sends none needs no JSON content type
    When weir runs
    And a POST request for /el comes with
      | Host   | localhost:PORT        |
      | Origin | http://localhost:PORT |
    Then the answer is 200 with the result "0x1"
    When a POST request for /el comes with
      | Content-Type | text/plain |
    Then the answer is 200 with the result "0x1"
    When a POST request for /el comes
    Then the answer is 200 with the result "0x1"

  Scenario: A WebSocket of another site is refused, one of the same origin or of a program is not
    When weir runs
    And a WebSocket is asked for at /el/ws by a page of https://evil.example
    Then it is refused with 403 and the words "[server] origins"
    When a WebSocket is asked for at /el by a page of null
    Then it is refused with 403 and the words "[server] origins"
    When a WebSocket is asked for at /el/ws by the name evil.example
    Then it is refused with 403 and the words "[server] hosts"
    When a WebSocket is asked for at /el/ws by a page of http://127.0.0.1:PORT
    Then it is open and answers eth_chainId

  Scenario: A page of the list may call, and its browser is told so
    Given the setting server.origins = ["https://app.example"]
    When weir runs
    And an OPTIONS request for /el comes with
      | Origin                         | https://app.example   |
      | Access-Control-Request-Method  | POST                  |
      | Access-Control-Request-Headers | content-type, x-trace |
    Then the answer is 204
    And its Access-Control-Allow-Origin is "https://app.example"
    And its Access-Control-Allow-Methods is "POST"
    And its Access-Control-Allow-Headers is "content-type, x-trace"
    And its Access-Control-Max-Age is "600"
    And its Vary is "Access-Control-Request-Method, Access-Control-Request-Headers, Origin"
    And the answer has 0 lines Content-Length
    When a POST request for /el comes with
      | Origin | https://app.example |
    Then the answer is 200 with the result "0x1"
    And its Access-Control-Allow-Origin is "https://app.example"
    When a GET request for /nowhere comes with
      | Origin | https://app.example |
    Then the answer is 404
    And its Access-Control-Allow-Origin is "https://app.example"
    When a POST request for /el comes
    Then its Vary is "Origin"
    When a WebSocket is asked for at /el by a page of https://app.example
    Then it is open and answers eth_chainId
    When an OPTIONS request for /el comes with
      | Origin                        | https://evil.example |
      | Access-Control-Request-Method | POST                 |
    Then the answer is 403

  Scenario: What a node says of pages is replaced: one policy, no line twice
    Given the setting server.origins = ["*"]
    When weir runs
    And the CL of "b" gets the fault http_status {"match": "/eth/v1/node/version", "status": 200, "body": "{}", "headers": {"Access-Control-Allow-Origin": "https://node.example", "access-control-allow-credentials": "true"}}
    And a GET request for /cl/eth/v1/node/version comes with
      | Origin | https://any.example |
    Then the answer is 200
    And its Access-Control-Allow-Origin is "*"
    And the answer has 0 lines Access-Control-Allow-Credentials
    When a GET request for /cl/eth/v1/node/version comes
    Then the answer is 200
    And the answer has 0 lines Access-Control-Allow-Origin

  Scenario: OPTIONS that is no preflight is the beacon node's
    When weir runs
    And an OPTIONS request for /cl/eth/v1/beacon/genesis comes
    Then the answer is 204
    And its Allow is "GET, HEAD, POST, OPTIONS"

  Scenario: The node is not asked what it thinks of the page
    Given the setting server.origins = ["https://app.example"]
    When weir runs
    And a GET request for /cl/sim/echo comes with
      | Origin | https://app.example |
    Then the answer is 200
    And the node received none of the headers Origin

  # --- namespaces

  Scenario Outline: <text> commands a node and is refused, with the key that allows it
    When weir runs
    And the text <text> is posted
    Then the answer is 200 with the error -32601
    And the error says "[server] allow_namespaces"
    And no node was called
    When over a WebSocket at /el comes the text <text>
    Then the answer is 200 with the error -32601
    And no node was called
    And the metric requests_refused_total with {"reason": "namespace"} is 2

    Examples:
      | text                                                                                   |
      | {"jsonrpc":"2.0","id":1,"method":"admin_peers"}                                        |
      | {"jsonrpc":"2.0","id":1,"method":"personal_listAccounts"}                              |
      | {"jsonrpc":"2.0","id":1,"method":"miner_start"}                                        |
      | {"jsonrpc":"2.0","id":1,"method":"engine_exchangeCapabilities"}                        |
      | {"jsonrpc":"2.0","id":1,"method":"clique_propose"}                                     |
      | {"jsonrpc":"2.0","id":1,"method":"debug_setHead","params":["0x0"]}                     |
      | {"jsonrpc":"2.0","id":1,"method":"admin_subscribe","params":["peerEvents"]}            |
      | {"jsonrpc":"2.0","id":1,"method":"\u0061dmin\u005fpeers"}                              |
      | {"jsonrpc":"2.0","id":1,"m\u0065thod":"Admin_peers"}                                   |
      | {"jsonrpc":"2.0","id":1,"method":"admin_peers","method":"eth_chainId"}                 |

  Scenario: Of a batch only what commands is refused, and what wants no answer gets none
    When weir runs
    And the text [{"jsonrpc":"2.0","id":1,"method":"eth_chainId"},{"jsonrpc":"2.0","id":2,"method":"admin_peers"},{"jsonrpc":"2.0","method":"miner_stop"}] is posted
    Then there are 2 elements
    And the element with the id 1 has the result "0x1"
    And the element with the id 2 has the error -32601
    When over a WebSocket at /el comes the text [{"jsonrpc":"2.0","id":1,"method":"eth_chainId"},{"jsonrpc":"2.0","id":2,"method":"admin_subscribe","params":["peerEvents"]},{"jsonrpc":"2.0","method":"miner_stop"}]
    Then there are 2 elements
    And the element with the id 1 has the result "0x1"
    And the element with the id 2 has the error -32601
    And no node was called

  Scenario: What the operator names goes to the nodes, at a reload too
    Given the setting server.allow_namespaces = ["admin"]
    When weir runs
    And admin_peers is called over HTTP
    Then the error says "the method admin_peers does not exist"
    When miner_start is called over HTTP
    Then the error says "allow_namespaces"
    When the setting server.allow_namespaces becomes ["*"] by SIGHUP
    Then the log says "configuration reloaded"
    And soon miner_start reaches a node

  Scenario Outline: What only asks, or what the node decides, is let through: <method>
    When weir runs
    And <method> is called over HTTP
    Then the answer says nothing of "allow_namespaces"

    Examples:
      | method              |
      | eth_sendTransaction |
      | eth_sign            |
      | debug_traceBlock    |
      | txpool_status       |
