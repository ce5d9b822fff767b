"""Debian's python3-jwt as a resource server: a token on stdin is printed as its claims, or refused with exit code 3.
Arguments: key set URL, issuer, audience."""
import json
import sys

import jwt

jwks_uri, issuer, audience = sys.argv[1:]
token = sys.stdin.read().strip()
try:
    key = jwt.PyJWKClient(jwks_uri).get_signing_key_from_jwt(token)
    claims = jwt.decode(token, key.key, algorithms=["ES256"], issuer=issuer, audience=audience,
                        options={"require": ["exp", "iat", "sub", "jti"]})
except jwt.PyJWTError as refusal:
    print(repr(refusal), file=sys.stderr)
    sys.exit(3)
print(json.dumps(claims))
