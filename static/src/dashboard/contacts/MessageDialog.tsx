import { Button, Group, Select, Textarea } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api, type Schemas } from "../api/client.js";
import { keys } from "../api/keys.js";
import { blame, useAct, useOnce } from "../ui/act.js";
import { Dialog, DialogForm } from "../ui/Dialog.js";
import parts from "../ui/parts.module.css";
import { channelsOf, type Contact, nameOf, wayTo } from "./contact.js";

interface MessageProps {
  contact: Contact;
  opened: boolean;
  onClose: () => void;
}

/** Writes to a contact on one of its channels: into the open conversation there, or a new one. */
export function MessageDialog({ contact, opened, onClose }: MessageProps) {
  const { t } = useTranslation("contacts");
  return (
    <Dialog opened={opened} onClose={onClose} title={t("messageTo", { name: nameOf(contact) })}>
      <MessageForm contact={contact} onClose={onClose} />
    </Dialog>
  );
}

function MessageForm({ contact, onClose }: Omit<MessageProps, "opened">) {
  const { t } = useTranslation("contacts");
  const { t: ui } = useTranslation("ui");
  const channels = channelsOf(contact);
  const [channel, setChannel] = useState<Schemas["Channel"]>(wayTo(contact));
  const [content, setContent] = useState("");
  const once = useOnce(channel, content);
  const send = useAct(
    () => answer(api.POST("/contact/{id}/message", { params: { path: { id: contact.id } }, body: { channel, message_type: "text", content }, headers: { "Idempotency-Key": once } })),
    { stale: [keys.contactConversations(contact.id), keys.conversations, keys.contact(contact.id)] },
  );
  if (send.data) return <Sent conversation={send.data.conversation_id} onClose={onClose} />;
  return (
    <DialogForm act={send} word={t("send")} ready={content.trim() !== ""} onClose={onClose}>
      <Select
        label={t("channel")}
        data={channels.map((value) => ({ value, label: ui(value) }))}
        value={channel}
        onChange={(value) => setChannel(channels.find((one) => one === value) ?? channel)}
        allowDeselect={false}
        error={blame(send.error, "channel")}
      />
      <Textarea
        label={t("message")}
        autosize
        minRows={4}
        maxRows={12}
        maxLength={10_000}
        data-autofocus
        value={content}
        error={blame(send.error, "content")}
        onChange={(event) => setContent(event.currentTarget.value)}
      />
    </DialogForm>
  );
}

function Sent({ conversation, onClose }: { conversation: string; onClose: () => void }) {
  const { t } = useTranslation("contacts");
  const { t: shell } = useTranslation();
  return (
    <div className={parts.stack} role="status">
      <p>{t("sent")}</p>
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {shell("close")}
        </Button>
        <Button component={Link} to={`/inbox/${conversation}`}>
          {t("openConversation")}
        </Button>
      </Group>
    </div>
  );
}
