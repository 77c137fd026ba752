package access

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strings"
)

// A device mark is what a browser keeps after a login: a random name, signed together
// with the e-mail address. It opens nothing. It only lets the tries of a browser that
// was let in before be counted apart from those of strangers, so that whoever tries
// passwords on an account cannot keep its owner out
// (https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies).

// DeviceMark makes a mark for a browser that has logged in with the e-mail address.
func (s *Service) DeviceMark(email string) string {
	name := newSecret("")
	return name + "." + s.signDevice(name, email)
}

// Device is the name in a mark, if the mark belongs to the e-mail address.
func (s *Service) Device(email, mark string) (name string, known bool) {
	name, signature, _ := strings.Cut(mark, ".")
	return name, hmac.Equal([]byte(signature), []byte(s.signDevice(name, email)))
}

func (s *Service) signDevice(name, email string) string {
	mac := hmac.New(sha256.New, s.deviceKey)
	mac.Write([]byte(name + "\n" + NormalEmail(email)))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}
