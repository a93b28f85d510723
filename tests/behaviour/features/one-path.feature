@weir @websocket
Feature: One path for calls and WebSockets
  # DESIGN.md, routes; websocket.md 29a

  Background:
    Given primary nodes "a"
    When weir runs

  Scenario Outline: <path> takes an upgrade, and calls as before
    When a WebSocket is asked for at <path>
    Then it is open and answers eth_chainId

    Examples:
      | path    |
      | /el     |
      | /el/    |
      | /el/ws  |
      | /el/ws/ |
      | /el?x=1 |

  Scenario: A GET that is no handshake is told what the path takes
    When a GET request for /el comes
    Then the answer is 405
    And its Allow is "POST"
    And its Upgrade is "websocket"
    When a GET request for /el/ws comes
    Then the answer is 426
    And its Upgrade is "websocket"
    And its Connection is "close, Upgrade"

  Scenario: A POST that offers HTTP/2 is a POST
    When a POST request for /el comes with
      | Connection     | Upgrade, HTTP2-Settings |
      | Upgrade        | h2c                     |
      | HTTP2-Settings | AAMAAABkAARAAAAAAAIAAAAA |
    Then the answer is 200 with the result "0x1"

  Scenario Outline: A handshake is held against RFC 6455 to the letter: <key>, version <version>
    When a GET request for /el comes with
      | Connection            | Upgrade   |
      | Upgrade               | websocket |
      | Sec-WebSocket-Key     | <key>     |
      | Sec-WebSocket-Version | <version> |
    Then the answer is <status>

    Examples:
      | key                      | version | status |
      | dGhlIHNhbXBsZSBub25jZQ== | 13      | 101    |
      | dGhlIHNhbXBsZSBub25jZQ== | 8       | 426    |
      | dGhlIHNhbXBsZSBub25jZQ== | 13, 8   | 426    |
      | c2hvcnQ=                 | 13      | 400    |
      | not base64 of 16 bytes!! | 13      | 400    |
