package chat

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"parley/models"
)

// HookPrefix is where providers call: /channels/KIND/ID/HOOK.
const HookPrefix = "/channels"

// ChannelChange is what to change of a channel account; nil stays as it is.
type ChannelChange struct {
	// Kind is that of a new account, and ignored afterwards.
	Kind models.Channel
	Name *string
	// Values are settings by name, the secret ones among them; nil takes one away.
	Values  map[string]*string
	Enabled *bool
}

// ChannelTest is what a provider said when it was asked whether it lets an account in.
type ChannelTest struct {
	OK bool
	// Detail is what was found, or why it does not work.
	Detail string
}

// ErrChannelKind blames a kind of channel that has no accounts.
var ErrChannelKind = models.Invalid("kind", "There are no accounts of this kind of channel")

// ChannelKinds lists the kinds of channel that accounts can be made of.
func (s *Service) ChannelKinds(who models.Principal) ([]models.ChannelKind, error) {
	if err := allow(who, actChannels); err != nil {
		return nil, err
	}
	kinds := make([]models.ChannelKind, 0, len(s.carriers))
	for _, carrier := range s.carriers {
		kinds = append(kinds, carrier.Kind())
	}
	slices.SortFunc(kinds, func(a, b models.ChannelKind) int { return strings.Compare(string(a.Kind), string(b.Kind)) })
	return kinds, nil
}

// ChannelAccounts lists the account's ways in and out, the oldest first.
func (s *Service) ChannelAccounts(ctx context.Context, who models.Principal, p models.Page) (models.List[models.ChannelAccount], error) {
	if err := allow(who, actChannels); err != nil {
		return models.List[models.ChannelAccount]{}, err
	}
	list, err := s.store.Channels(ctx, who, p)
	if err != nil {
		return list, err
	}
	for i := range list.Rows {
		if err := s.nameSecrets(&list.Rows[i]); err != nil {
			return list, err
		}
	}
	return list, nil
}

// Channel finds one by uid.
func (s *Service) Channel(ctx context.Context, who models.Principal, channel models.UID) (models.ChannelAccount, error) {
	if err := allow(who, actChannels); err != nil {
		return models.ChannelAccount{}, err
	}
	row, err := s.store.Channel(ctx, who, channel)
	if err != nil {
		return row, err
	}
	return row, s.nameSecrets(&row)
}

// CreateChannel makes an account. Values that the kind makes by itself are made.
func (s *Service) CreateChannel(ctx context.Context, who models.Principal, c ChannelChange) (models.ChannelAccount, error) {
	if err := allow(who, actEditChannels); err != nil {
		return models.ChannelAccount{}, err
	}
	return s.makeChannel(ctx, who, c)
}

func (s *Service) makeChannel(ctx context.Context, who models.Principal, c ChannelChange) (models.ChannelAccount, error) {
	carrier := s.carriers[c.Kind]
	if carrier == nil {
		return models.ChannelAccount{}, ErrChannelKind
	}
	if c.Name == nil {
		return models.ChannelAccount{}, models.Invalid("name", "name is required")
	}
	now := s.clock()
	row := models.ChannelAccount{UID: models.NewUID(), Kind: c.Kind, CreatedAt: now, UpdatedAt: now}
	if err := s.applyChannel(carrier, &row, c); err != nil {
		return models.ChannelAccount{}, err
	}
	err := s.store.InTx(ctx, func(ctx context.Context, tx Tx) error { return tx.CreateChannel(ctx, who, &row) })
	return row, err
}

// UpdateChannel changes an account. Switched off it carries nothing, and is deaf.
func (s *Service) UpdateChannel(ctx context.Context, who models.Principal, channel models.UID, c ChannelChange) (models.ChannelAccount, error) {
	if err := allow(who, actEditChannels); err != nil {
		return models.ChannelAccount{}, err
	}
	return s.alterChannel(ctx, who, channel, c)
}

func (s *Service) alterChannel(ctx context.Context, who models.Principal, channel models.UID, c ChannelChange) (models.ChannelAccount, error) {
	var row models.ChannelAccount
	err := s.store.InTx(ctx, func(ctx context.Context, tx Tx) (err error) {
		if row, err = tx.LockChannel(ctx, who, channel); err != nil {
			return err
		}
		carrier := s.carriers[row.Kind]
		if carrier == nil {
			return ErrChannelKind
		}
		if err := s.applyChannel(carrier, &row, c); err != nil {
			return err
		}
		row.UpdatedAt = s.clock()
		return tx.UpdateChannel(ctx, who, &row)
	})
	return row, err
}

// DeleteChannel deletes an account with its secrets. Conversations that went through it
// stay; a later message in them goes through another account of the kind.
func (s *Service) DeleteChannel(ctx context.Context, who models.Principal, channel models.UID) error {
	if err := allow(who, actEditChannels); err != nil {
		return err
	}
	return s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		row, err := tx.LockChannel(ctx, who, channel)
		if err != nil {
			return err
		}
		return tx.DeleteChannel(ctx, who, row.ID)
	})
}

// channelTestTime bounds how long a provider may think about a test.
const channelTestTime = 15 * time.Second

// TestChannel asks the provider whether it lets the account in. Nobody is asked about a
// sandbox's.
func (s *Service) TestChannel(ctx context.Context, who models.Principal, channel models.UID) (ChannelTest, error) {
	if err := allow(who, actEditChannels); err != nil {
		return ChannelTest{}, err
	}
	row, err := s.store.Channel(ctx, who, channel)
	if err != nil {
		return ChannelTest{}, err
	}
	account, err := s.store.Account(ctx, who)
	if err != nil {
		return ChannelTest{}, err
	}
	if account.IsSandbox() {
		return ChannelTest{OK: true, Detail: "The settings are complete. A sandbox calls nobody"}, nil
	}
	carrier, line, err := s.line(row)
	if err != nil {
		return ChannelTest{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, channelTestTime)
	defer cancel()
	found, err := carrier.Test(ctx, line)
	if err != nil {
		return ChannelTest{Detail: reasonOf(err)}, nil
	}
	return ChannelTest{OK: true, Detail: found}, nil
}

// ChannelHooks are the public addresses that the provider of an account calls, by name.
func (s *Service) ChannelHooks(c models.ChannelAccount) map[string]string {
	hooks := map[string]string{}
	base := s.publicURL + HookPrefix + "/" + string(c.Kind) + "/" + models.FormatID(models.PrefixChannel, c.UID) + "/"
	for _, hook := range s.ChannelKind(c.Kind).Hooks {
		hooks[hook.Name] = base + hook.Name
	}
	return hooks
}

// ChannelKind is the form of a kind; the zero one when no carrier serves it.
func (s *Service) ChannelKind(kind models.Channel) models.ChannelKind {
	if carrier := s.carriers[kind]; carrier != nil {
		return carrier.Kind()
	}
	return models.ChannelKind{}
}

// hookBytes is the longest call of a provider, unless its hook says otherwise.
const hookBytes = 1 << 20

// HookBytes is how long a call of one of a kind's hooks may be; false when there is no
// such hook.
func (s *Service) HookBytes(kind models.Channel, hook string) (int64, bool) {
	for _, h := range s.ChannelKind(kind).Hooks {
		if h.Name == hook {
			return max(h.MaxBytes, hookBytes), true
		}
	}
	return 0, false
}

// LinkedFile finds a file by the last part of its public address and opens its bytes; the
// caller closes them.
func (s *Service) LinkedFile(ctx context.Context, token string) (models.Attachment, io.ReadSeekCloser, error) {
	accountID, uid, ok := s.links.ReadFileLink(token)
	if !ok {
		return models.Attachment{}, nil, ErrAttachmentNotFound
	}
	a, err := s.store.AttachmentByUID(ctx, models.System(accountID), uid)
	if err != nil {
		return a, nil, err
	}
	body, err := s.blobs.Open(ctx, a.StorageKey)
	return a, body, err
}

// KeepChannel makes an account of the oldest live account, or brings the one with the
// same address up to date: what the environment says is true at each start.
func (s *Service) KeepChannel(ctx context.Context, c ChannelChange) error {
	owner, err := s.store.OldestAccount(ctx)
	if err != nil {
		return err
	}
	who := models.System(owner.ID)
	_, err = s.makeChannel(ctx, who, c)
	if !models.HasCode(err, models.CodeConflict) {
		return err
	}
	carrier := s.carriers[c.Kind]
	given := map[string]string{}
	for name, value := range c.Values {
		given[name] = deref(value)
	}
	address, err := carrier.Address(given)
	if err != nil {
		return err
	}
	known, err := s.store.ChannelsOfKind(ctx, c.Kind)
	if err != nil {
		return err
	}
	for _, row := range known {
		if row.AccountID == owner.ID && row.Address == address {
			_, err := s.alterChannel(ctx, who, row.UID, ChannelChange{Values: c.Values})
			return err
		}
	}
	return nil // it is there, and somebody has switched it off
}

// line opens an account's secrets.
func (s *Service) line(c models.ChannelAccount) (Carrier, Line, error) {
	carrier := s.carriers[c.Kind]
	if carrier == nil {
		return nil, Line{}, ErrChannelNotFound
	}
	values, err := s.channelValues(c)
	return carrier, Line{Account: c, Values: values, Hooks: s.ChannelHooks(c)}, err
}

// channelValues are all settings of an account by name.
func (s *Service) channelValues(c models.ChannelAccount) (map[string]string, error) {
	values, err := s.channelSecrets(c)
	for name, value := range c.Settings {
		if text, ok := value.(string); ok {
			values[name] = text
		}
	}
	return values, err
}

func (s *Service) channelSecrets(c models.ChannelAccount) (map[string]string, error) {
	values := map[string]string{}
	if len(c.Secrets) == 0 {
		return values, nil
	}
	opened, err := s.seals.Open(c.Secrets)
	if err != nil {
		return values, fmt.Errorf("channel %d: %w", c.ID, err)
	}
	if err := json.Unmarshal(opened, &values); err != nil {
		return values, fmt.Errorf("channel %d: read its secrets: %w", c.ID, err)
	}
	return values, nil
}

// nameSecrets says which secrets are set, and no more.
func (s *Service) nameSecrets(c *models.ChannelAccount) error {
	values, err := s.channelSecrets(*c)
	c.SecretNames = sortedNames(values)
	return err
}

// reasonOf is what the team is told of a carrier's error.
func reasonOf(err error) string {
	var told *CarrierError
	var safe *models.Error
	switch {
	case errors.As(err, &told):
		return told.Reason
	case errors.As(err, &safe):
		return safe.Message
	case errors.Is(err, context.DeadlineExceeded):
		return "The provider did not answer in time"
	default:
		return "The provider could not be reached"
	}
}
