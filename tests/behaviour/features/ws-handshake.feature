@websocket
Feature: Handshakes and close frames to the letter

  # Issue 8, 23. RFC 6455 §4.2.1, §5.5.1, §7.4, §8.1

  Background:
    Given WebSocket nodes "a" and "b"
    And the setting server.workers = 1

  Scenario Outline: The handshake is checked: <what>
    When weir runs
    And I shake hands with <change>
    Then the answer is <status>
    And no line of the answer names the library

    Examples:
      | what                        | change                                                                            | status |
      | nothing is wrong            | {}                                                                                | 101    |
      | a key of 15 bytes           | {"Sec-WebSocket-Key": "MTIzNDU2Nzg5MDEyMzQ1"}                                     | 400    |
      | a key of 17 bytes           | {"Sec-WebSocket-Key": "MTIzNDU2Nzg5MDEyMzQ1Njc="}                                 | 400    |
      | a key that is no base64     | {"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZ*=="}                                 | 400    |
      | bits behind the key's end   | {"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZR=="}                                 | 400    |
      | an empty key                | {"Sec-WebSocket-Key": ""}                                                         | 400    |
      | no key                      | {"Sec-WebSocket-Key": null}                                                       | 400    |
      | two keys                    | {"Sec-WebSocket-Key": ["dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZQ=="]}   | 400    |
      | two keys in one line        | {"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==, dGhlIHNhbXBsZSBub25jZQ=="}       | 400    |
      | two versions                | {"Sec-WebSocket-Version": ["13", "13"]}                                           | 400    |
      | no version                  | {"Sec-WebSocket-Version": null}                                                   | 400    |
      | another version             | {"Sec-WebSocket-Version": "8"}                                                    | 426    |

  Scenario Outline: <what> is answered with <code>, whatever comes behind it
    When weir runs
    And a client sends the frames <frames> 88 82 00 00 00 00 03 e8
    Then the close frame says <code>

    Examples:
      | what                         | frames                             | code |
      | an unmasked close frame      | 88 02 03 e8                        | 1002 |
      | an unmasked empty one        | 88 00                              | 1002 |
      | a fragmented close frame     | 08 82 00 00 00 00 03 e8            | 1002 |
      | a reserved bit in it         | c8 82 00 00 00 00 03 e8            | 1002 |
      | a reserved bit in a text     | c1 82 00 00 00 00 7b 7d            | 1002 |
      | a reserved opcode            | 83 80 00 00 00 00                  | 1002 |
      | a fragmented ping            | 09 80 00 00 00 00                  | 1002 |
      | a continuation of nothing    | 80 82 00 00 00 00 7b 7d            | 1002 |
      | a text within a text         | 01 80 00 00 00 00 81 80 00 00 00 00 | 1002 |
      | a length that is too long    | 81 fe 00 02 00 00 00 00 7b 7d      | 1002 |
      | a text that is no UTF-8      | 81 82 00 00 00 00 c3 28            | 1007 |
      | a message that is too large  | 82 ff 00 00 01 00 00 00 00 00 00 00 00 00 | 1009 |

  Scenario Outline: A close frame with <what> is answered with <code>
    When weir runs
    And a client closes with the payload <payload>, <how>
    Then the close frame says <code>

    Examples:
      | what              | payload        | how           | code |
      | no code           |                | whole         | 1000 |
      | 1000              | 03 e8          | whole         | 1000 |
      | 1011 and a reason | 03 f3 c3 bc    | byte for byte | 1011 |
      | 1014              | 03 f6          | whole         | 1014 |
      | 3000              | 0b b8          | whole         | 3000 |
      | 4999              | 13 87          | byte for byte | 4999 |
      | one byte          | 03             | whole         | 1002 |
      | 0                 | 00 00          | whole         | 1002 |
      | 999               | 03 e7          | whole         | 1002 |
      | 1004              | 03 ec          | whole         | 1002 |
      | 1005              | 03 ed          | whole         | 1002 |
      | 1006              | 03 ee          | byte for byte | 1002 |
      | 1015              | 03 f7          | whole         | 1002 |
      | 2999              | 0b b7          | whole         | 1002 |
      | 5000              | 13 88          | whole         | 1002 |
      | 65535             | ff ff          | byte for byte | 1002 |
      | bad UTF-8         | 03 e8 c3 28    | whole         | 1007 |
      | a cut-off letter  | 03 e8 61 e2 82 | byte for byte | 1007 |
