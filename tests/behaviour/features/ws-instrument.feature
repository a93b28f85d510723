@websocket
Feature: The client of these tests notices what must not be

  # A test that cannot fail shows nothing: here the client speaks to nodes and to a server that do wrong.

  Scenario Outline: A node with the fault <fault> is noticed
    Given WebSocket nodes "a"
    And the WebSocket of "a" has the fault <fault>
    When "alice" speaks to "a" itself
    And "alice" subscribes to newHeads, whatever comes
    And 2 blocks come
    Then "alice" has noticed "<what>"

    Examples:
      | fault            | what                               |
      | duplicate_events | a second time                      |
      | early_events     | a subscription that is not its own |

  Scenario Outline: A server that sends <what> is noticed
    When "alice" speaks to a server that answers eth_subscribe and eth_unsubscribe and then sends <text>
    Then "alice" has noticed "<noticed>"

    Examples:
      | what                          | text                                                                                                                                       | noticed                            |
      | an answer to nothing          | {"jsonrpc":"2.0","id":99,"result":"0x1"}                                                                                                   | an answer to nothing               |
      | an answer twice               | {"jsonrpc":"2.0","id":1,"result":"0x00000000000000000000000000000001"}                                                                     | a second answer                    |
      | another's event               | {"jsonrpc":"2.0","method":"eth_subscription","params":{"subscription":"0x02","result":{}}}                                                 | a subscription that is not its own |
      | an event after the end        | {"jsonrpc":"2.0","method":"eth_subscription","params":{"subscription":"0x0a","result":{"number":"0x1","hash":"0x1","parentHash":"0x0"}}}    | after it was unsubscribed          |
      | a head that leaves a hole     | {"jsonrpc":"2.0","method":"eth_subscription","params":{"subscription":"0x0b","result":{"number":"0x9","hash":"0x9","parentHash":"0x8"}}}    | without what lies between          |
      | a head with another parent    | {"jsonrpc":"2.0","method":"eth_subscription","params":{"subscription":"0x0b","result":{"number":"0x2","hash":"0x9","parentHash":"0x7"}}}    | without what lies between          |
      | no JSON                       | hello                                                                                                                                      | not JSON                           |
      | an array                      | []                                                                                                                                         | answers no batch                   |
