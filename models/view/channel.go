package view

import "parley/models"

// AgentChannel is a channel account as the team sees it: of its secrets no more than
// which are set.
type AgentChannel struct {
	ID        string         `json:"id"`
	Kind      string         `json:"kind"`
	Name      string         `json:"name"`
	Address   string         `json:"address"`
	Enabled   bool           `json:"enabled"`
	Settings  map[string]any `json:"settings"`
	Secrets   []string       `json:"secrets"`
	Hooks     []AgentHook    `json:"hooks"`
	CreatedAt Time           `json:"created_at"`
	UpdatedAt Time           `json:"updated_at"`
}

// AgentHook is an address to be pasted at the provider.
type AgentHook struct {
	Name  string `json:"name"`
	Label string `json:"label"`
	Help  string `json:"help"`
	URL   string `json:"url,omitempty"`
}

// ChannelForAgent encodes a channel account, with the addresses that its kind has by name.
func ChannelForAgent(c models.ChannelAccount, kind models.ChannelKind, urls map[string]string) AgentChannel {
	v := AgentChannel{
		ID: models.FormatID(models.PrefixChannel, c.UID), Kind: string(c.Kind), Name: c.Name, Address: c.Address,
		Enabled: c.DisabledAt == nil, Settings: c.Settings, Secrets: list(c.SecretNames), Hooks: hooks(kind, urls),
		CreatedAt: Time(c.CreatedAt), UpdatedAt: Time(c.UpdatedAt),
	}
	if v.Settings == nil {
		v.Settings = map[string]any{}
	}
	return v
}

func hooks(kind models.ChannelKind, urls map[string]string) []AgentHook {
	all := make([]AgentHook, 0, len(kind.Hooks))
	for _, h := range kind.Hooks {
		all = append(all, AgentHook{Name: h.Name, Label: h.Label, Help: h.Help, URL: urls[h.Name]})
	}
	return all
}

// AgentChannelKind is a kind of channel with the form for its accounts.
type AgentChannelKind struct {
	Kind   string              `json:"kind"`
	Label  string              `json:"label"`
	Fields []AgentChannelField `json:"fields"`
	Hooks  []AgentHook         `json:"hooks"`
}

// AgentChannelField is one field of the form.
type AgentChannelField struct {
	Name      string   `json:"name"`
	Label     string   `json:"label"`
	Help      string   `json:"help"`
	Example   string   `json:"example"`
	Secret    bool     `json:"secret"`
	Required  bool     `json:"required"`
	Generated bool     `json:"generated"`
	Multiline bool     `json:"multiline"`
	Options   []string `json:"options"`
	Pattern   string   `json:"pattern"`
}

// ChannelKindForAgent encodes a kind of channel.
func ChannelKindForAgent(k models.ChannelKind) AgentChannelKind {
	v := AgentChannelKind{Kind: string(k.Kind), Label: k.Label, Fields: make([]AgentChannelField, 0, len(k.Fields)), Hooks: hooks(k, nil)}
	for _, f := range k.Fields {
		v.Fields = append(v.Fields, AgentChannelField{
			Name: f.Name, Label: f.Label, Help: f.Help, Example: f.Example, Secret: f.Secret, Required: f.Required,
			Generated: f.Generated, Multiline: f.Multiline, Options: list(f.Options), Pattern: f.Pattern,
		})
	}
	return v
}
